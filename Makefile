# `make demo` sets everything up and runs the main job; `make test` sets everything up and runs the tests.
SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
BINARIES ?= .build/release
BINARY = $(BINARIES)/lethe
PROGRAMS = lethe lethed lethe-fetch
MANUALS = lethe.1 lethe.yaml.5 lethed.8 lethe-fetch.8
# systemd reads these below /usr/local and /usr; with another PREFIX, give UNITS=/etc/systemd/system and so on.
UNITS ?= $(PREFIX)/lib/systemd/system
SYSUSERS ?= $(PREFIX)/lib/sysusers.d
TMPFILES ?= $(PREFIX)/lib/tmpfiles.d

.PHONY: all setup test-servers build demo test lint format bench bench-peers bench-stages evaluate fuzz install install-files clean

all: build

setup:
	scripts/setup

# The servers that the tests of fetching use.
test-servers:
	scripts/test-servers

build: setup
	for program in $(PROGRAMS); do $(SWIFT) build -c release --product $$program || exit 1; done

demo: build
	scripts/demo $(BINARIES)

# Tests run in release: kernels without optimisation are too slow to check numerics with.
test: setup test-servers lint
	$(SWIFT) build -c release --build-tests
	for program in $(PROGRAMS); do $(SWIFT) build -c release --product $$program || exit 1; done
	$(SWIFT) test -c release --skip-build

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Fuzz

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests Fuzz

# `make bench` measures against peers and writes the table of docs/benchmarks.md; BENCH holds options of scripts/bench, such
# as BENCH="--only tokenize read". `make bench-peers` installs the peers.
bench: build
	$(SWIFT) build -c release --product lethe-bench
	scripts/bench --binaries $(BINARIES) --write $(BENCH)

bench-peers: setup
	scripts/bench-peers

# `make bench-stages SETS="../shared/eval/bias-50 …"` tells the stages of whole evaluations, or of the sample dataset's scan.
bench-stages: build
	scripts/bench-stages $(BINARY) $(SETS)

# `make evaluate SETS="bias-50 harm-25"` judges labelled sets, three seeds each, and writes docs/evaluation.md.
evaluate: build
	scripts/evaluate $(BINARY) $(SETS)

# `make fuzz` runs libFuzzer on every parser, FUZZ_SECONDS each (60).
fuzz: setup
	scripts/fuzz

# What is installed carries Swift's runtime inside, so that it runs on machines without the toolchain.
install: setup
	for program in $(PROGRAMS); do \
		$(SWIFT) build -c release --scratch-path .build-install --static-swift-stdlib --product $$program || exit 1; \
	done
	$(MAKE) install-files BINARIES=.build-install/release

# `make install-files BINARIES=…` installs what was built before.
install-files:
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)/etc/lethe/policies/reference $(DESTDIR)/etc/lethe/policies/rules
	install -d -m 0750 $(DESTDIR)/var/lib/lethe
	for program in $(PROGRAMS); do \
		install -m 0755 $(BINARIES)/$$program $(DESTDIR)$(PREFIX)/bin/$$program || exit 1; \
	done
	for page in $(MANUALS); do \
		install -D -m 0644 docs/man/$$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$$page || exit 1; \
	done
	for unit in lethed lethe-fetch; do \
		install -d $(DESTDIR)$(UNITS)/$$unit.service.d && \
		sed 's|/usr/local/bin/|$(PREFIX)/bin/|' systemd/$$unit.service >$(DESTDIR)$(UNITS)/$$unit.service && \
		chmod 0644 $(DESTDIR)$(UNITS)/$$unit.service && \
		install -m 0644 systemd/$$unit.service.d/*.example $(DESTDIR)$(UNITS)/$$unit.service.d || exit 1; \
	done
	install -D -m 0644 systemd/lethe.sysusers $(DESTDIR)$(SYSUSERS)/lethe.conf
	install -D -m 0644 systemd/lethe.tmpfiles $(DESTDIR)$(TMPFILES)/lethe.conf
	@# What an operator has edited stays.
	[ ! -e etc/lethe.yaml ] || [ -e $(DESTDIR)/etc/lethe/lethe.yaml ] || \
		install -m 0644 etc/lethe.yaml $(DESTDIR)/etc/lethe/lethe.yaml
	for file in $(patsubst policies/%,%,$(wildcard policies/*.yaml policies/reference/*.jsonl policies/rules/*)); do \
		[ -e $(DESTDIR)/etc/lethe/policies/$$file ] || \
		install -m 0644 policies/$$file $(DESTDIR)/etc/lethe/policies/$$file || exit 1; \
	done

clean:
	rm -rf .build .build-install .build-fuzz demo-output
