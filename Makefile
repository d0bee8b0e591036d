# Two commands do everything: `make demo` and `make test`. The rest is for those who change Assay.

# What the system must have; installed by `make libraries`, only what is missing.
LIBRARIES := pkg-config libc6-dev libopenblas-dev libsqlite3-dev libturbojpeg0-dev libpng-dev \
  libtiff-dev zlib1g-dev libssl-dev

ASSAY := .build/release/assay
DATA ?= data
WEIGHTS ?= weights/mobilenet_v2_features.safetensors
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: help demo test build libraries lint format generated bench fuzz faults clean

help:
	@echo "make demo       set up, build, write synthetic data, run Pipelines/demo.json, report"
	@echo "make test       set up and run every test"
	@echo "make build      set up and build the release"
	@echo "make lint       what CI holds the sources to; make format mends most of it"
	@echo "make generated  write the JSON Schema and docs/stages.md anew from the code"
	@echo "make fuzz       throw ten million damaged inputs at the parsers (docs/fuzzing.md)"
	@echo "make faults     kill, fill, break and corrupt for hours: see docs/faults.md"
	@echo "make bench      compare with PyTorch, OpenCV, DVC, Snakemake, redun (needs Python 3 and PyPI)"

# Installs what dpkg does not know, and says so; elsewhere says what is needed.
libraries:
	@if ! command -v swift >/dev/null; then \
	  echo "Swift 6.2 or later is needed: https://www.swift.org/install/linux"; exit 1; fi
	@if command -v dpkg >/dev/null; then \
	  missing=""; \
	  for package in $(LIBRARIES); do \
	    dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; \
	  done; \
	  if [ -n "$$missing" ]; then \
	    echo "installing with apt-get:$$missing"; \
	    $(SUDO) apt-get update -qq && \
	    $(SUDO) env DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  fi; \
	else \
	  echo "no dpkg here: the headers of openblas, sqlite3, libturbojpeg, libpng, libtiff, zlib and"; \
	  echo "libcrypto are taken to be installed, with pkg-config"; \
	fi

build: libraries
	@swift build -c release --product assay

demo: build
	@$(ASSAY) synthesise data/synthetic
	@$(ASSAY) run Pipelines/demo.json
	@$(ASSAY) report latest

test: libraries
	swift build --build-tests
	swift test --skip-build --disable-xctest

lint:
	swift format lint --strict -r Sources Tests Benchmarks Package.swift

format:
	swift format -i -r Sources Tests Benchmarks Package.swift

generated: build
	$(ASSAY) schema > Pipelines/schema/pipeline.schema.json
	$(ASSAY) stages --format markdown > docs/stages.md

bench: build
	@swift build -c release
	DATA="$(DATA)" WEIGHTS="$(WEIGHTS)" Benchmarks/run

# Ten million inputs in all; FUZZ="--seconds 60 --format tiff --seed 7" asks for something else.
FUZZ ?= --total 10000000

fuzz: libraries
	swift build -c release --product assay-fuzz
	.build/release/assay-fuzz $(FUZZ)

# 1,000 kills at random moments, one in front of each system call, and the other kinds of fault.
FAULTS ?= kills=1000 points=1300 power=600 errors=1200 bytes=900 clock=70 disk=100
faults: libraries
	@swift build -c release
	.build/release/fault-harness $(FAULTS)

clean:
	rm -rf .build
