# `make demo` sets everything up and runs the main job; `make test` sets everything up and runs the tests.
SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
BINARY = .build/release/lethe

.PHONY: all setup build demo test lint format bench install clean

all: build

setup:
	scripts/setup

build: setup
	$(SWIFT) build -c release --product lethe

demo: build
	scripts/demo $(BINARY)

# Tests run in release: kernels without optimisation are too slow to check numerics with.
test: setup lint
	$(SWIFT) build -c release --build-tests
	$(SWIFT) build -c release --product lethe
	$(SWIFT) test -c release --skip-build

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

# `make bench SETS="../shared/eval/bias-50 …"` evaluates labelled sets; without any the sample dataset is scanned.
bench: build
	scripts/bench $(BINARY) $(SETS)

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)/etc/lethe/policies/reference
	install -d -m 0750 $(DESTDIR)/var/lib/lethe
	install -m 0755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/lethe
	install -m 0644 docs/man/lethe.1 $(DESTDIR)$(PREFIX)/share/man/man1/lethe.1
	@# What an operator has edited stays.
	cd policies && for file in *.yaml reference/*.jsonl; do \
		[ -e "$(DESTDIR)/etc/lethe/policies/$$file" ] || \
		install -m 0644 "$$file" "$(DESTDIR)/etc/lethe/policies/$$file" || exit 1; \
	done

clean:
	rm -rf .build demo-output
