// Stands for the package `typescript` in the tool's bundle: loads the same file, with V8's compiled code from the last time.
//
// An import of those 9 MB from a module scans them for the names of their exports and compiles them anew, half a second of
// every build. A script with V8's code cache starts in a tenth of that. The cache's name covers all that V8 does not
// check by itself; what V8 rejects is made again when the command ends, as the functions that it needed are compiled by then.
import { createHash } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import vm from "node:vm";

const root = process.env.KRAFT_ROOT ?? "";
const path = createRequire(join(root, "package.json")).resolve("typescript");

function cacheFile() {
  const { size, mtimeMs } = statSync(path);
  const key = `${path}\0${size}\0${mtimeMs}\0${process.version}\0${process.arch}\0${process.execArgv}`;
  const name = createHash("sha256").update(key).digest("hex").slice(0, 16);
  return join(root, "out", "kraft-code", `${name}.bin`);
}

function readCache(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Nothing depends on the cache, so a disk that is full or read-only is no error. */
function writeCache(file, bytes) {
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(unfinished, bytes);
    renameSync(unfinished, file);
    for (const name of readdirSync(dirname(file))) {
      const old = join(dirname(file), name);
      if (Date.now() - statSync(old).mtimeMs > 14 * 86_400_000) rmSync(old, { force: true });
    }
  } catch {
    rmSync(unfinished, { force: true });
  }
}

function load() {
  const file = cacheFile();
  const cachedData = readCache(file);
  const text = `(function (exports, require, module, __filename, __dirname) {${readFileSync(path, "utf8")}\n})`;
  const script = new vm.Script(text, { filename: path, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  if (cachedData === undefined || script.cachedDataRejected) {
    process.once("exit", () => writeCache(file, script.createCachedData()));
  }
  return module.exports;
}

export default load();
