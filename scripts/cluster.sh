#!/bin/sh
# Makes sure that the servers of `make cluster` are there; Debian's packages are taken. The cluster starts them itself.
# With --tests also what lets a clock jump.
set -eu
packages=""
command -v redis-server >/dev/null 2>&1 || packages="$packages redis-server"
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null 2>&1 || packages="$packages nginx-light"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1 ||
    packages="$packages postgresql"
[ "${1:-}" != --tests ] || ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || packages="$packages libfaketime"
[ -n "$packages" ] || exit 0
root=""
[ "$(id -u)" = 0 ] || root="sudo"
command -v apt-get >/dev/null 2>&1 || {
    echo "缺少$packages，请先安装。" >&2
    exit 1
}
echo "安装$packages ……"
$root apt-get update -qq
# Debian starts what it installs; ours run by themselves, on ports of their own.
DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 $root apt-get install -y -qq --no-install-recommends $packages >/dev/null
