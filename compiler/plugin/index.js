// What tsserver loads for `"plugins": [{ "name": "@typekraft/compiler/plugin" }]`: the plugin, bundled from its sources.
//
// tsserver requires a script; the sources are TypeScript modules, which Node 20 cannot run. The bundle is made in memory at
// each start (a quarter of a second) and so is never older than the sources.
const { buildSync } = require("esbuild");
const Module = require("node:module");
const { join } = require("node:path");

const { outputFiles } = buildSync({
  entryPoints: [join(__dirname, "../src/plugin/index.ts")],
  bundle: true,
  write: false,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["typescript"],
  logLevel: "silent",
});
const bundle = new Module(join(__dirname, "bundle.cjs"), module);
bundle.filename = bundle.id;
bundle.paths = module.paths;
bundle._compile(outputFiles[0].text, bundle.id);
module.exports = bundle.exports.default;
