// Making elements, and names as people write them.

/** A new element with text or another element inside. */
export function element(name, inside, attributes = {}) {
  const made = document.createElement(name);
  if (inside !== undefined && inside !== null) made.append(inside);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** A name from a recipe as words: "poor_quality" reads "Poor quality". */
export const plain = (name) => name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());
