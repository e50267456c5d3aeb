// What eslint checks. Node-side sources (compiler, tool, scripts, tests) get typescript-eslint's strictest typed rules.
// Kernel-dialect sources are another language with the same syntax (no standard library, numbers with widths,
// `new` as storage), so that they get the rules about syntax only; their types are the compiler's business.
import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

const kernel = [
  "libs/**/*.ts",
  "examples/**/*.ts",
  "bench/language/programs/**/*.ts",
  "test/boot/programs/**/*.ts",
  "compiler/test/language/**/*.ts",
  "compiler/fuzz/runtime/**/*.ts",
  "lang/**/*.ts",
];
const node = [
  "compiler/**/*.ts",
  "kraft-tool/**/*.ts",
  "tools/**/*.ts",
  "bench/**/*.ts",
  "test/**/*.ts",
];
const tests = [
  "**/*.test.ts",
  "**/testing/**",
  "**/testing.ts",
  "compiler/fuzz/**",
  "compiler/test/**",
];

const documentedExports = {
  plugins: { jsdoc },
  rules: {
    "jsdoc/require-jsdoc": [
      "error",
      {
        publicOnly: { ancestorsOnly: true },
        // A class is what its file is about: the head comment describes it.
        require: { FunctionDeclaration: true },
        contexts: ["TSInterfaceDeclaration", "TSEnumDeclaration"],
        checkConstructors: false,
        enableFixer: false,
      },
    ],
    "jsdoc/no-types": "error",
    "jsdoc/check-param-names": "error",
    "jsdoc/empty-tags": "error",
  },
};

export default tseslint.config(
  {
    ignores: [
      "**/out/**",
      "**/dist/**",
      "**/.kraft/**",
      "**/coverage/**",
      "**/golden/**",
      "**/testdata/**",
      "**/fixtures/**",
      // Programs that must not compile.
      "compiler/test/reject/**",
      "**/*.config.js",
      "**/*.config.mjs",
    ],
  },
  {
    files: node,
    ignores: kernel,
    extends: [tseslint.configs.strictTypeChecked, documentedExports],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    // They walk TypeScript's syntax tree, where a switch names the few kinds it means out of four hundred.
    files: ["compiler/src/{frontend,sema,lower}/**/*.ts"],
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": "off",
      // Ranges of SyntaxKind have names of their own (FirstAssignment …) that the rule takes for another enum.
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
    },
  },
  {
    // Its objects change under calls (`sink.hasErrors`, `this.changed`), which narrowing does not see.
    files: ["compiler/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unnecessary-condition": "off",
    },
  },
  {
    files: kernel,
    extends: [tseslint.configs.base, documentedExports],
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "no-debugger": "error",
      "no-self-assign": "error",
      "no-unreachable": "error",
      "no-dupe-else-if": "error",
      "no-duplicate-case": "error",
      "no-restricted-globals": ["error", "console", "process", "Math", "globalThis"],
      "prefer-const": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", ignoreUsingDeclarations: true },
      ],
      "@typescript-eslint/prefer-as-const": "error",
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
    },
  },
  {
    // The prelude declares the language; its names are used by programs, and `var Symbol` is how tsc wants it.
    files: ["lang/src/prelude.d.ts"],
    rules: { "no-var": "off", "@typescript-eslint/no-unused-vars": "off" },
  },
  {
    files: tests,
    rules: { "jsdoc/require-jsdoc": "off", "jsdoc/check-param-names": "off" },
  },
);
