// The borders between layers (ARCHITECTURE.md, docs/design/0001). Which packages are implementations comes from the
// packages' own `kraft` fields, so that a new package is under the rules from its first day.
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** From the bottom to the top; a package imports from its own layer and those before it. */
const layers = ["api", "arch", "plat", "core", "mm", "sched", "drivers", "net"];

const kernel = "^(libs|examples|lang|bench/language/programs|test/boot/programs)/";

const implementations = layers
  .filter((layer) => existsSync(`libs/${layer}`))
  .flatMap((layer) => readdirSync(`libs/${layer}`).map((name) => `libs/${layer}/${name}`))
  .filter((folder) => existsSync(`${folder}/package.json`))
  .filter((folder) => {
    const { kraft } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    return (kraft?.provides ?? []).length > 0;
  });

/** Node's modules without side effects, which pure code may use. */
const pureNode = "^(node:)?(path|url|crypto|util|assert|events|stream|buffer|string_decoder|zlib)$";

const downwards = (layer, index) => ({
  name: `layer-${layer}-downwards`,
  comment: "A library imports only from its own layer and the layers below it.",
  severity: "error",
  from: { path: `^libs/${layer}/`, pathNot: "\\.test\\.ts$" },
  to: { path: `^libs/(${layers.slice(index + 1).join("|")})/|^examples/` },
});

export default {
  forbidden: [
    ...layers.slice(0, -1).map(downwards),
    {
      name: "implementation-by-binding-only",
      comment:
        "Code imports the interface (`@typekraft/sched`); the configuration binds the implementation.",
      severity: "error",
      from: { path: "^(libs/[^/]+/[^/]+)/", pathNot: "\\.test\\.ts$|/testing(/|\\.ts$)" },
      to: { path: `^(${implementations.join("|") || "none"})/`, pathNot: "^$1/" },
    },
    {
      name: "kernel-is-free-standing",
      comment: "Kernel code runs without Node and without third parties.",
      severity: "error",
      from: { path: kernel },
      to: {
        path: "^node_modules/|^compiler/|^kraft-tool/|^tools/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "kernel-without-node",
      comment: "Kernel code runs without Node.",
      severity: "error",
      from: { path: kernel },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "only-sys-touches-the-world",
      comment:
        "In the tool only sys/ touches files, processes, the network, the clock and the terminal.",
      severity: "error",
      from: { path: "^kraft-tool/src/", pathNot: "^kraft-tool/src/sys/|\\.test\\.ts$|/testing/" },
      to: { dependencyTypes: ["core"], pathNot: pureNode },
    },
    {
      name: "typescript-ends-at-the-ir",
      comment: "From the IR on, and in the tool, nobody knows TypeScript's syntax tree.",
      severity: "error",
      from: {
        path: "^(compiler|kraft-tool)/src/",
        pathNot: "^compiler/src/(frontend|sema|lower|diagnostics|plugin)/|\\.test\\.ts$",
      },
      to: { path: "node_modules/typescript/|^typescript$" },
    },
    {
      name: "ir-stands-alone",
      comment: "The IR is what the stages meet at; it knows none of them.",
      severity: "error",
      from: { path: "^compiler/src/ir/", pathNot: "\\.test\\.ts$" },
      to: { path: "^compiler/src/", pathNot: "^compiler/src/ir/" },
    },
    {
      name: "back-half-knows-the-ir-only",
      comment: "Passes and back ends work on the IR; what they need of the program is in it.",
      severity: "error",
      from: { path: "^compiler/src/(passes|backend-c)/", pathNot: "\\.test\\.ts$" },
      to: {
        path: "^compiler/src/(frontend|sema|lower|driver)/",
        pathNot: "^compiler/src/driver/interface.ts$",
      },
    },
    {
      name: "compiler-below-the-tool",
      comment: "The compiler is a library; it knows nothing of the tool that calls it.",
      severity: "error",
      from: { path: "^compiler/" },
      to: { path: "^(kraft-tool|tools|bench|test)/" },
    },
    {
      name: "resolvable",
      comment: "Every import leads to a file.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^bun:|^@typekraft/config$" },
    },
    {
      name: "no-circles-across-folders",
      comment: "Within a folder, mutual recursion may be the mechanism; folders stand in an order.",
      severity: "error",
      from: { path: "^(.+)/[^/]+$", pathNot: "\\.test\\.ts$" },
      to: { circular: true, via: { pathNot: "^$1/", dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(out|dist|coverage|\\.kraft|golden|testdata)/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
    },
  },
};
