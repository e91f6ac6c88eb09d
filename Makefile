# Each target does only what is not done yet.
VENV ?= .venv
BIN := $(VENV)/bin
export VENV
export RASA_TELEMETRY_ENABLED := false
export HF_HUB_OFFLINE := 1

.PHONY: help env widget train run cluster test test-cluster faults soak check eval bench fuzz audit sbom clean

help:
	@echo "make run    准备好一切并启动，打开提示的网址就能提问"
	@echo "make cluster 在本机试多机部署：各两份，带 PostgreSQL、Redis、nginx"
	@echo "make test   检查代码并跑全部测试（缺浏览器会自动安装）"
	@echo "make train  只建索引、训练模型"
	@echo "make widget 只打包网页组件"
	@echo "make eval   用评测集给正在运行的助手打分"
	@echo "make bench  量快慢，写成 docs/benchmarks.md（约二十分钟）"
	@echo "make clean  删除环境和一切生成的文件"

env: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml scripts/env.sh
	@echo "安装运行环境（几分钟）……"
	@scripts/env.sh

WIDGET := bot/edge/widget
WIDGET_SOURCES := $(shell find $(WIDGET) -type f -not -path '*/node_modules/*' -not -path '*/dist/*') \
	scripts/widget.py bot/edge/bundle.py

widget: $(WIDGET)/dist/bundle.json

$(WIDGET)/dist/bundle.json: $(WIDGET_SOURCES) | env
	@$(BIN)/python scripts/widget.py

train: env
	@$(BIN)/guidebot train

run: train widget
	@$(BIN)/guidebot serve

# Over two of each process: minutes, so not among the other tests.
test-cluster: train widget
	@scripts/cluster.sh --tests
	$(BIN)/pytest tests/cluster -m cluster

# The same with a table of what each fault did: build/faults.json, docs/faults.md.
faults: train widget
	@scripts/cluster.sh --tests
	@rm -f build/faults.json
	-$(BIN)/pytest tests/cluster -m cluster -k faults
	@$(BIN)/python scripts/fault_table.py

# Half an hour at seven tenths of what was measured to be possible: build/soak.json.
MINUTES ?= 30
soak: train widget
	@scripts/cluster.sh
	$(BIN)/python -m scripts.soak --minutes $(MINUTES)

# Several machines' set-up on this one: two of each process, PostgreSQL, Redis, nginx.
cluster: train widget
	@scripts/cluster.sh
	@$(BIN)/guidebot cluster

check: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check train widget
	@scripts/browser.sh
	@scripts/redis.sh
	$(BIN)/pytest

eval: env
	$(BIN)/guidebot eval

# Twenty minutes on two idle cores. BENCH="--resume" goes on after an interruption, BENCH="--only turn" measures one part.
bench: train widget
	$(BIN)/python -m bench $(BENCH)

# A hundred thousand inputs, by way of the edge's own test.
fuzz: env widget
	FUZZ_INPUTS=$${FUZZ_INPUTS:-100000} $(BIN)/pytest tests/fuzz -q

# Needs the network: known vulnerabilities of the locked packages. docs/security.md judges them.
audit: env
	@scripts/audit.sh

sbom: env
	@$(BIN)/python scripts/sbom.py build/sbom.json

clean:
	rm -rf $(VENV) build index/build models $(WIDGET)/dist $(WIDGET)/node_modules
