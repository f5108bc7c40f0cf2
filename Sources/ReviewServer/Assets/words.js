// Differences between two texts, word by word.

const LIMIT = 1_000_000;

/**
 * What became of `before` in `after`: [[kind, text]], kind being "same", "gone" or "new", in reading order.
 * Longest common subsequence over words; very long texts count as replaced between their common ends.
 */
export function compare(before, after) {
  const a = before.trim().match(/\S+\s*/g) ?? [], b = after.trim().match(/\S+\s*/g) ?? [];
  let head = 0, tail = 0;
  while (head < a.length && head < b.length && same(a[head], b[head])) head++;
  while (tail < a.length - head && tail < b.length - head && same(a.at(-1 - tail), b.at(-1 - tail))) tail++;
  const parts = [
    ["same", a.slice(0, head)], ...between(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ["same", a.slice(a.length - tail)],
  ];
  const merged = [];
  for (const [kind, words] of parts) {
    if (!words.length) continue;
    if (merged.at(-1)?.[0] === kind) merged.at(-1)[1] += words.join("");
    else merged.push([kind, words.join("")]);
  }
  return merged;
}

const same = (one, other) => one.trimEnd() === other.trimEnd();

function between(a, b) {
  if (a.length * b.length > LIMIT) return [["gone", a], ["new", b]];
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = same(a[i], b[j])
        ? common[(i + 1) * width + j + 1] + 1
        : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const parts = [];
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && same(a[i], b[j])) parts.push(["same", [a[i]]]), i++, j++;
    else if (j >= b.length || (i < a.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      parts.push(["gone", [a[i++]]]);
    } else parts.push(["new", [b[j++]]]);
  }
  return parts;
}

/** Writes one side of a comparison into `target`: the words that are "gone" or "new" are marked as <del> or <ins>. */
export function mark(target, parts, side) {
  target.replaceChildren();
  for (const [kind, text] of parts) {
    if (kind === "same") target.append(/\s$/.test(text) ? text : `${text} `);
    else if (kind === side) {
      const made = document.createElement(side === "gone" ? "del" : "ins");
      made.textContent = text.trimEnd();
      target.append(made, " ");
    }
  }
}
