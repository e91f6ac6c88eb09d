#!/bin/sh
# Makes sure that a redis-server for the tests is there; Debian's package is taken. The tests start it themselves.
set -eu
command -v redis-server >/dev/null 2>&1 && exit 0
root=""
[ "$(id -u)" = 0 ] || root="sudo"
command -v apt-get >/dev/null 2>&1 || {
    echo "没有 redis-server，相应的测试会跳过。" >&2
    exit 0
}
$root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends redis-server >/dev/null
