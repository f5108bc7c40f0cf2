# `make` alone lists what there is to do. Every target that compiles uses BUILD, so everything is built once.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BUILD := -c release --explicit-target-dependency-import-check error
# Without --disable-testable-imports `swift test` would compile everything a second time, with -enable-testing.
TEST := $(BUILD) --disable-testable-imports --disable-xctest
# Narrow a run: make test FILTER=ManifestTests
FILTER ?=

SWIFT_CODE := Package.swift $(wildcard Sources Tests)
PYTHON_CODE := scripts/bench scripts/bench-export scripts/bench-review scripts/bench-tune scripts/check-house scripts/fetch-footage scripts/fuzz scripts/make-models scripts/slowest-tests scripts/transnetv2.py $(wildcard Tests/conformance/*.py Tests/browser/*.py Tests/house/*.py)
SHELL_CODE := .ci/run scripts/browser-test scripts/conformance scripts/demo scripts/install-deps scripts/ffmpeg-next scripts/upgrade

.PHONY: help deps build lint house check quick test full conformance fuzz sanitize ffmpeg-next footage models browser-test demo upgrade bench bench-review bench-export bench-tune clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install the missing system packages (apt), saying first which
	@scripts/install-deps

build: deps ## compile .build/release/microcurate; an undeclared import of a target is an error
	swift build $(BUILD)

lint: ## check the formatting of Swift, the package manifest and the syntax of scripts; compiles nothing
	swift format lint --strict --parallel --recursive $(SWIFT_CODE)
	swift package dump-package > /dev/null
	@for script in $(SHELL_CODE); do bash -n "$$script"; done
	@PYTHONPYCACHEPREFIX=.cache/pycache python3 -m py_compile $(PYTHON_CODE)

house: ## hold the direction: imports, circles of folders, where SQL and media stand, the length of files
	scripts/check-house
	@python3 -B Tests/house/test_check_house.py --quiet

check: deps lint house build ## lint and house, then build with warnings and undeclared imports as errors

# Debug builds compile file by file; optimized they are, because there are tests of pixels.
quick: lint house ## lint, then compile and test what needs no media, models or server, apart in .build-quick
	QUICK=1 swift test -c debug -Xswiftc -O --scratch-path .build-quick \
	    --explicit-target-dependency-import-check error --disable-xctest $(if $(FILTER),--filter '$(FILTER)')

# As many tests at a time as there are cores: the times of the slowest are theirs then, and none starves.
test: build ## run every test that needs no download, of the long ones a part that TEST_SEED draws; FILTER=NAME runs some
	@mkdir -p .cache && rm -f .cache/tests.jsonl
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$$(nproc) swift test $(TEST) \
	    --event-stream-output-path .cache/tests.jsonl --event-stream-version 0 $(if $(FILTER),--filter '$(FILTER)') \
	    || failed=$$?; [ ! -s .cache/tests.jsonl ] || scripts/slowest-tests .cache/tests.jsonl $$(nproc) || true; \
	    exit $${failed:-0}

full: export TEST_FULL = 1
full: test ## the same, and of the long ones all

conformance: build ## read a release with the real loaders, in a Python environment under .cache/
	scripts/conformance

# The long form is ROUNDS=2000; CI runs a short one.
ROUNDS ?= 2000
SEED ?= 1
fuzz: build ## damage a recording of each format ROUNDS times and at every cut: nothing may crash or get lost
	scripts/fuzz --rounds $(ROUNDS) --seed $(SEED) $(FUZZ)

# ASan reserves terabytes of addresses: memory is watched by resident size, never capped by address space.
sanitize: deps ## the same through a build with AddressSanitizer
	swift build $(BUILD) --sanitize=address --scratch-path .build-asan --product microcurate
	ASAN_OPTIONS=detect_leaks=0 scripts/fuzz --rounds $(ROUNDS) --seed $(SEED) $(FUZZ) --memory-limit 6G \
	    --binary .build-asan/release/microcurate

ffmpeg-next: build ## compile the media modules against the FFmpeg headers of Debian's next suite
	scripts/ffmpeg-next

footage: deps ## fetch the real sample footage into .cache/footage
	scripts/fetch-footage

models: deps ## fetch and convert what the neural shot detector needs, into MICROCURATE_MODELS or ~/.local/share
	scripts/make-models

browser-test: build ## drive the review pages in Debian's Chromium; SCENARIO=NAME runs one, pictures land in .cache/browser
	scripts/browser-test $(SCENARIO)

demo: build ## run the whole pipeline on sample footage; results in demo/
	scripts/demo

upgrade: build ## hold OLD=BINARY, a build of before, against this one: releases, workspaces, what is decoded again
	scripts/upgrade $(OLD)

bench: build ## time scan against a bare decode, cut against ffmpeg processes, and the whole run
	scripts/bench

bench-review: build ## 50 reviewers on 100,000 clips: how long the server takes, and that nothing is lost or doubled
	scripts/bench-review

bench-export: build ## time export of 100,000 clips beside webdataset's ShardWriter, and of large ones against cp
	scripts/bench-export

bench-tune: build ## time new thresholds over 100 hours of frame tracks, and what a frame of a track takes
	scripts/bench-tune

clean: ## remove builds and the demo; downloads in .cache/ stay
	rm -rf .build .build-asan .build-quick demo
