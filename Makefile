# `make demo` and `make test` are all a user needs; `make help` lists the rest.

# System packages that must be installed; `make libraries` installs those that are missing.
LIBRARIES := pkg-config libc6-dev libopenblas-dev libsqlite3-dev libturbojpeg0-dev libpng-dev \
  libtiff-dev zlib1g-dev libssl-dev libxgboost-dev libsvm-dev liblinear-dev

ASSAY := .build/release/assay
DATA ?= data
WEIGHTS ?= weights/mobilenet_v2_features.safetensors
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# A target that imports what it does not declare in Package.swift does not build.
BUILD := swift build --explicit-target-dependency-import-check error

.PHONY: help demo honesty papers test browser combinations build libraries lint format generated man package package-test cluster bench fuzz faults clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

libraries: ## install missing system packages (Debian, Ubuntu)
	@if ! command -v swift >/dev/null; then \
	  echo "Swift 6.2 or later is required: https://www.swift.org/install/linux"; exit 1; fi
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
	  echo "dpkg not found: install pkg-config and the headers of openblas, sqlite3, libturbojpeg, libpng,"; \
	  echo "libtiff, zlib, libcrypto, xgboost, libsvm and liblinear"; \
	fi

build: libraries ## set up and build the release
	@$(BUILD) -c release --product assay

demo: build ## set up, build, write synthetic data, run Pipelines/demo.json, write its report
	@$(ASSAY) synthesise data/synthetic
	@$(ASSAY) run Pipelines/demo.json
	@$(ASSAY) report latest

# 180 images of three classes with a stain that goes with the class, and a third of the cells twice; a clean set.
honesty: build ## plant a shortcut and a leak, find and remove them: Pipelines/shortcut.json (docs/honesty.md)
	@$(ASSAY) synthesise data/shortcut --images 180 --plant stain-shortcut:medium --plant same-cell:high
	@$(ASSAY) synthesise data/shortcut-clean --images 180 --sources shortcut --seed 71
	@$(ASSAY) run Pipelines/shortcut.json
	@ASSAY=$(ASSAY) docs/pictures/make

papers: build ## run the papers' pipelines scaled down on synthetic images, write docs/results.md
	@ASSAY=$(ASSAY) Pipelines/run-papers

test: libraries ## set up and run every test
	$(BUILD) --build-tests
	swift test --skip-build --disable-xctest

browser: build ## open the pages of several runs in Chromium and check them (Tests/Browser)
	@$(BUILD) -c release --product runner-bench
	@ASSAY=$(ASSAY) Tests/Browser/run

combinations: libraries ## test all combinations of training options (long)
	$(BUILD) --build-tests
	ASSAY_COMBINATIONS=all swift test --skip-build --disable-xctest --filter Combination

lint: ## check style; also shell, Python and page scripts where shellcheck, ruff and node are installed
	swift format lint --strict -r Sources Tests Benchmarks Package.swift
	@if command -v shellcheck >/dev/null; then shellcheck .ci/run Benchmarks/run Pipelines/run-papers Packaging/make-package Packaging/test-package Tests/Cluster/cluster Tests/Cluster/run Tests/Browser/run Tests/Hosts/hosts Tests/Remotes/cut-off; \
	  else echo "shellcheck is not installed: shell scripts not checked"; fi
	@if command -v ruff >/dev/null; then ruff check -q Benchmarks Tests Tests/Editor/ask-server Packaging/icu-data Packaging/sbom docs/pictures/make docs/pictures/readme; \
	  else echo "ruff is not installed: Python scripts not checked"; fi
	@if command -v node >/dev/null; then node --check Sources/Runner/Reports/Assets/report.js; \
	  else echo "node is not installed: the script of the pages not checked"; fi

format: ## fix most of what lint reports
	swift format -i -r Sources Tests Benchmarks Package.swift

generated: build ## write the JSON Schema and docs/stages.md again from the code
	$(ASSAY) schema > Pipelines/schema/pipeline.schema.json
	$(ASSAY) schema --profile > Pipelines/schema/profile.schema.json
	$(ASSAY) stages --format markdown > docs/stages.md

# MAN=/usr/local/share/man/man1 installs them for everyone.
MAN ?= .build/man

man: build ## write the manual pages to .build/man
	@$(ASSAY) man -o "$(MAN)"

package: libraries ## build a Debian package and a tarball in .build/packages (docs/install.md)
	@Packaging/make-package

package-test: ## install the packages into a fresh Debian and run the demo there (root, debootstrap)
	@Packaging/test-package .build/packages

cluster: build ## run the demo and a grid on a Slurm cluster of two nodes on this machine, compare (docs/slurm.md)
	ASSAY=$(ASSAY) Tests/Cluster/run

bench: build ## compare with PyTorch, OpenCV, lime, captum, DVC, Snakemake, redun (needs Python 3 and PyPI)
	@$(BUILD) -c release
	DATA="$(DATA)" WEIGHTS="$(WEIGHTS)" Benchmarks/run

# FUZZ="--seconds 60 --format tiff --seed 7" selects something else.
FUZZ ?= --total 10000000

fuzz: libraries ## run ten million damaged inputs through the parsers (docs/fuzzing.md)
	$(BUILD) -c release --product assay-fuzz
	.build/release/assay-fuzz $(FUZZ)

# 1,000 kills at random moments, one before each system call, and the other kinds of fault.
FAULTS ?= kills=1000 points=1300 power=600 errors=1200 bytes=900 clock=70 disk=100

faults: libraries ## inject faults for hours: kills, full disks, failing calls, flipped bytes (docs/faults.md)
	@$(BUILD) -c release
	.build/release/fault-harness $(FAULTS)

clean: ## delete the build
	rm -rf .build
