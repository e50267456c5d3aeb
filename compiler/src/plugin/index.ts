/**
 * The plugin of tsc's language service: editors show the compiler's errors beside tsc's. compiler/plugin/index.js loads it
 * into tsserver, docs/guide/editor.md says how it is switched on.
 *
 * The editor may run another version of TypeScript, whose syntax tree has other numbers. So the compiler parses the
 * project with its own, and takes only the texts from the editor.
 */
import type ts from "typescript";
import type { Diagnostic } from "../driver/interface.ts";
import { ProjectCheck } from "./project-check.ts";
import { findWorkspace } from "./workspace.ts";

const DEFAULT_DELAY_MS = 400;

/** What tsserver calls. */
export default function plugin(modules: {
  readonly typescript: typeof ts;
}): ts.server.PluginModule {
  return { create: (info) => create(modules.typescript, info) };
}

function create(tsc: typeof ts, info: ts.server.PluginCreateInfo): ts.LanguageService {
  const { languageService, languageServiceHost: host } = info;
  const workspace = findWorkspace(info.project.getCurrentDirectory());
  if (workspace === undefined) return languageService;
  const { delayMs } = info.config as { readonly delayMs?: number };
  const modules = (): string[] =>
    host.getScriptFileNames().filter((f) => f.endsWith(".ts") && !f.endsWith(".d.ts"));
  const check = new ProjectCheck(
    workspace,
    {
      version: () =>
        host
          .getScriptFileNames()
          .map((f) => host.getScriptVersion(f))
          .join(),
      files: modules,
      text: (path) => textOf(host, path),
      changed: () => {
        info.project.refreshDiagnostics();
      },
      failed: (message) => {
        info.project.log(`typekraft: ${message}`);
      },
    },
    delayMs ?? DEFAULT_DELAY_MS,
  );
  return {
    ...languageService,
    getSemanticDiagnostics: (fileName) => {
      const own = check.of(fileName);
      const file = languageService.getProgram()?.getSourceFile(fileName);
      const known = languageService.getSemanticDiagnostics(fileName);
      return file === undefined ? known : [...known, ...own.map((d) => toTsc(tsc, d, file))];
    },
    dispose: () => {
      check.dispose();
      languageService.dispose();
    },
  };
}

function textOf(host: ts.LanguageServiceHost, path: string): string | undefined {
  if (!host.getScriptFileNames().includes(path)) return undefined;
  const snapshot = host.getScriptSnapshot(path);
  return snapshot?.getText(0, snapshot.getLength());
}

/** In the editor's form. The text may have changed since the check, so that the place is brought within it. */
function toTsc(tsc: typeof ts, d: Diagnostic, file: ts.SourceFile): ts.Diagnostic {
  const starts = file.getLineStarts();
  const line = Math.min(d.line, starts.length) - 1;
  const end = starts[line + 1] ?? file.text.length;
  const start = Math.min((starts[line] ?? 0) + d.column - 1, end);
  const word = /^([\w$]+|\S+)/.exec(file.text.slice(start, end))?.[0].length ?? 1;
  return {
    file,
    start,
    length: Math.min(word, file.text.length - start),
    category: tsc.DiagnosticCategory.Error,
    code: Number(d.code.slice(2)),
    source: "typekraft",
    messageText: `${d.code}: ${d.message}`,
  };
}
