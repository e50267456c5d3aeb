#!/bin/sh
# Installs what the repository needs and is not there yet: Debian packages and npm packages.
# Runs before any npm package exists, therefore plain sh; with nothing missing it takes well under half a second.
set -eu
cd "$(dirname "$0")/.."

debian="clang lld llvm libclang-rt-14-dev gcc libc6-dev qemu-system-x86 gdb curl wrk apache2-utils iproute2 util-linux python3-kconfiglib"

# Two set-ups at once would remove each other's files: the second waits for the first.
if [ -z "${TYPEKRAFT_SETUP_LOCKED:-}" ] && command -v flock >/dev/null; then
  mkdir -p out
  TYPEKRAFT_SETUP_LOCKED=1 exec flock out/setup.lock sh tools/setup.sh
fi

# Prints those of the Debian packages above that are not installed.
missing_debian() {
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $debian 2>/dev/null || :)
  for package in $debian; do
    case "
$installed
" in
      *"
$package installed
"*) ;;
      *) printf ' %s' "$package" ;;
    esac
  done
}

# Succeeds where node_modules holds exactly the versions that package-lock.json names.
npm_complete() {
  [ -f node_modules/.package-lock.json ] && node -e '
    const { readFileSync } = require("node:fs");
    const packages = (path) => JSON.parse(readFileSync(path, "utf8")).packages;
    const there = packages("node_modules/.package-lock.json");
    const wanted = Object.entries(packages("package-lock.json"));
    const absent = ([path, { version, link, optional }]) =>
      path.includes("node_modules/") && !optional &&
      (there[path]?.version !== version || there[path]?.link !== link);
    process.exit(wanted.some(absent) ? 1 : 0);'
}

major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
if [ "$major" -lt 20 ]; then
  echo "setup: Node.js 20 or newer is needed (found: $(node -v 2>/dev/null || echo none))" >&2
  exit 1
fi

if command -v dpkg-query >/dev/null; then
  missing=$(missing_debian)
  if [ -n "$missing" ]; then
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
      as_root=sudo
      if ! sudo -n true 2>/dev/null; then
        echo "setup: Debian packages are missing. Run: sudo apt-get install -y --no-install-recommends$missing" >&2
        exit 1
      fi
    fi
    echo "setup: installing Debian packages:$missing"
    $as_root apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends $missing >/dev/null
  fi
else
  for tool in clang ld.lld llvm-objcopy qemu-system-x86_64 curl; do
    command -v "$tool" >/dev/null || {
      echo "setup: $tool is missing, and only Debian's packages can be installed by itself" >&2
      exit 1
    }
  done
fi

if ! npm_complete; then
  echo "setup: installing npm packages"
  npm ci --no-audit --no-fund --loglevel=error
fi
