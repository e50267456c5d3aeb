// Runs the tool from a bundle that is as fresh as the sources.
//
// Node 20 cannot run TypeScript, and a loader would cost every command half a second; so esbuild bundles the tool once
// into out/kraft/KEY, where KEY is a hash of the path, size and modification time of every source file. Code splitting keeps
// the compiler out of what `--help` loads. Only Node's own modules are imported before the key is known.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(root, "out", "kraft");

/** Prints why the tool cannot start and what to do, and ends with the status for "something is missing here". */
function fail(why, next) {
  process.stderr.write(`kraft: ${why}\n  Next: ${next}\n`);
  process.exit(3);
}

function sourceFiles(directory, into) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) sourceFiles(path, into);
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts")) into.push(path);
  }
  return into;
}

function bundleKey() {
  const files = [
    join(root, "package-lock.json"),
    join(here, "typescript.mjs"),
    fileURLToPath(import.meta.url),
  ];
  sourceFiles(join(here, "src"), files);
  sourceFiles(join(root, "compiler", "src"), files);
  const hash = createHash("sha256");
  for (const path of files) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

/** Bundles into a folder of its own and renames it, so that two commands started at once do not disturb each other. */
async function bundle(to) {
  const { build } = await import("esbuild");
  const unfinished = `${to}.${process.pid}`;
  try {
    await build({
      entryPoints: { kraft: join(here, "src/cli/main.ts") },
      outdir: unfinished,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      platform: "node",
      target: "node20",
      format: "esm",
      // It is 9 MB of JavaScript that gains nothing from another pass; this file loads it.
      alias: { typescript: join(here, "typescript.mjs") },
      // The bundled CommonJS libraries ask for Node's modules with require().
      banner: {
        js: 'import{createRequire as makeRequire}from"node:module";const require=makeRequire(import.meta.url);',
      },
      sourcemap: true,
      logLevel: "error",
    });
    if (!existsSync(to)) renameSync(unfinished, to);
  } catch (error) {
    if (!existsSync(join(to, "kraft.mjs"))) {
      fail(
        `the tool's own sources do not build: ${error.message.split("\n")[0]}`,
        "correct them, or git checkout kraft-tool compiler",
      );
    }
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  removeOld(to);
}

/** Bundles of older sources go after an hour: a command that still runs may import a chunk of its own bundle. */
function removeOld(newest) {
  for (const name of readdirSync(dist)) {
    const path = join(dist, name);
    if (path === newest) continue;
    try {
      if (Date.now() - statSync(path).mtimeMs > 3_600_000)
        rmSync(path, { recursive: true, force: true });
    } catch {
      // Another command has removed it.
    }
  }
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(
    `Node.js ${process.versions.node} is too old, 20.19 is needed`,
    "install Node.js 20 or newer",
  );
}
if (
  !existsSync(join(root, "node_modules", "esbuild")) ||
  !existsSync(join(root, "node_modules", "typescript"))
) {
  fail("the npm packages are not installed", `npm --prefix ${root} run setup`);
}
const folder = join(dist, bundleKey());
if (!existsSync(join(folder, "kraft.mjs"))) await bundle(folder);
process.env.KRAFT_ROOT = root;
await import(pathToFileURL(join(folder, "kraft.mjs")).href);
