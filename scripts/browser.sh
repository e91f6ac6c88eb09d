#!/bin/sh
# Makes sure that a Chromium and Chinese fonts for the browser tests are there; Debian's packages are taken.
set -eu
if command -v chromium >/dev/null 2>&1 && fc-list :lang=zh 2>/dev/null | grep -q .; then
    exit 0
fi
root=""
[ "$(id -u)" = 0 ] || root="sudo"
command -v apt-get >/dev/null 2>&1 || {
    echo "浏览器测试需要 chromium 和中文字体，请先安装。" >&2
    exit 1
}
echo "安装浏览器测试用的 chromium 和中文字体……"
$root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends \
    chromium fontconfig fonts-noto-cjk >/dev/null
