# Each target does only what is not done yet.
VENV ?= .venv
BIN := $(VENV)/bin
export VENV
export RASA_TELEMETRY_ENABLED := false
export HF_HUB_OFFLINE := 1

.PHONY: help env train run test check eval clean

help:
	@echo "make run    准备好一切并启动，打开提示的网址就能提问"
	@echo "make test   检查代码并跑全部测试（缺浏览器会自动安装）"
	@echo "make train  只建索引、训练模型"
	@echo "make eval   用评测集给正在运行的助手打分"
	@echo "make clean  删除环境和一切生成的文件"

env: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml scripts/env.sh
	@echo "安装运行环境（几分钟）……"
	@scripts/env.sh

train: env
	@$(BIN)/guidebot train

run: train
	@$(BIN)/guidebot serve

check: env
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check train
	@scripts/browser.sh
	@scripts/redis.sh
	$(BIN)/pytest

eval: env
	$(BIN)/guidebot eval

clean:
	rm -rf $(VENV) build index/build models
