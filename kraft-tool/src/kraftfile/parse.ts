/**
 * Reads a Kraftfile (YAML, spec v0.6) into its model, collecting every mistake with its line and column.
 *
 * Source: KraftKit's Kraftfile reference v0.6, the keys of `schema.ts`.
 */
import { isMap, isScalar, isSeq } from "yaml";
import type { YAMLMap } from "yaml";
import { KraftErrors } from "../diagnostics/error.ts";
import { suggestion } from "../diagnostics/suggest.ts";
import { YamlSource } from "./document.ts";
import { KEYS, SPEC_VERSIONS, TARGETS, UNSUPPORTED_KEYS } from "./schema.ts";
import type { KconfigValue, Kraftfile, LibraryRequest, Target } from "./schema.ts";

/** Deeper or larger files are no Kraftfiles; the limit keeps aliases from growing without bound. */
const MAXIMUM_BYTES = 256 * 1024;

/**
 * The model of the Kraftfile with this text. `file` is for messages, `fallbackName` the name of a nameless project.
 * Throws `KraftErrors` with all that is wrong.
 */
export function parseKraftfile(text: string, file: string, fallbackName: string): Kraftfile {
  return new KraftfileReader(file, fallbackName).read(text);
}

class KraftfileReader {
  private readonly yaml: YamlSource;
  private readonly fallbackName: string;

  constructor(file: string, fallbackName: string) {
    this.yaml = new YamlSource(file);
    this.fallbackName = fallbackName;
  }

  read(text: string): Kraftfile {
    if (text.length > MAXIMUM_BYTES) {
      this.yaml.report(
        "KR2001",
        undefined,
        "the Kraftfile is larger than 256 KiB",
        "split off what is no setting",
      );
      throw new KraftErrors(this.yaml.errors);
    }
    const root = this.yaml.parse(text);
    if (this.yaml.errors.length > 0) throw new KraftErrors(this.yaml.errors);
    if (!isMap(root)) {
      this.yaml.report(
        "KR2003",
        root,
        "a Kraftfile consists of `key: value` lines",
        "begin with `spec: v0.6`",
      );
      throw new KraftErrors(this.yaml.errors);
    }
    const model = this.model(root);
    if (this.yaml.errors.length > 0) throw new KraftErrors(this.yaml.errors);
    return model;
  }

  private model(root: YAMLMap): Kraftfile {
    const values = new Map<string, unknown>();
    for (const [key, keyNode, value] of this.yaml.entries(root)) {
      if ((UNSUPPORTED_KEYS as readonly string[]).includes(key)) {
        this.yaml.report(
          "KR2004",
          keyNode,
          `the key "${key}" is part of spec v0.6 but not supported yet`,
          "remove it",
        );
      } else if (!(KEYS as readonly string[]).includes(key)) {
        this.yaml.report("KR2005", keyNode, `unknown key "${key}"`, suggestion(key, KEYS));
      } else values.set(key, value);
    }
    this.checkSpec(root, values.get("spec"));
    const name = values.has("name") ? this.name(values.get("name")) : this.fallbackName;
    return {
      name,
      targets: values.has("targets") ? this.targets(values.get("targets")) : [TARGETS[0]],
      libraries: values.has("libraries") ? this.libraries(values.get("libraries")) : [],
      kconfig: values.has("kconfig") ? this.kconfig(values.get("kconfig")) : [],
      cmd: values.has("cmd") ? this.words(values.get("cmd")) : [],
      outdir: values.has("outdir") ? this.yaml.text(values.get("outdir"), "outdir") : undefined,
    };
  }

  private checkSpec(root: YAMLMap, value: unknown): void {
    if (value === undefined) {
      this.yaml.report(
        "KR2006",
        root,
        'the key "spec" is missing',
        "begin the file with `spec: v0.6`",
      );
      return;
    }
    const version = isScalar(value) ? String(value.value) : "";
    if (!(SPEC_VERSIONS as readonly string[]).includes(version)) {
      this.yaml.report("KR2007", value, `spec "${version}" is not supported`, "write `spec: v0.6`");
    }
  }

  /** A name becomes a file name and nothing else. */
  private name(value: unknown): string {
    const name = this.yaml.text(value, "name") ?? this.fallbackName;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) {
      this.yaml.report(
        "KR2008",
        value,
        `"${name}" cannot be the name of a project`,
        "use letters, digits, `.`, `_` and `-`",
      );
    }
    return name;
  }

  private targets(value: unknown): Target[] {
    if (!isSeq(value)) {
      this.yaml.report(
        "KR2009",
        value,
        '"targets" is a list',
        "write `targets:` and under it `- qemu/x86_64`",
      );
      return [];
    }
    const targets: Target[] = [];
    for (const item of value.items) {
      const text = isMap(item) ? this.longTarget(item) : this.yaml.text(item, "a target");
      if (text === undefined) continue;
      const target = TARGETS.find(
        (known) => known === text || known === text.replace(/^kvm\//, "qemu/"),
      );
      if (target === undefined) {
        this.yaml.report("KR2010", item, `unknown target "${text}"`, suggestion(text, TARGETS));
      } else if (!targets.includes(target)) targets.push(target);
    }
    if (targets.length === 0 && this.yaml.errors.length === 0) {
      this.yaml.report("KR2009", value, '"targets" is empty', "name one, such as `- qemu/x86_64`");
    }
    return targets;
  }

  /** `{ platform: qemu, architecture: x86_64 }`, with the short forms `plat` and `arch`. */
  private longTarget(map: YAMLMap): string | undefined {
    let platform = "qemu";
    let architecture = "x86_64";
    const keys = ["platform", "plat", "architecture", "arch"];
    for (const [key, keyNode, value] of this.yaml.entries(map)) {
      const text = this.yaml.text(value, key);
      if (key === "platform" || key === "plat") platform = text ?? platform;
      else if (key === "architecture" || key === "arch") architecture = text ?? architecture;
      else
        this.yaml.report(
          "KR2005",
          keyNode,
          `unknown key "${key}" of a target`,
          suggestion(key, keys),
        );
    }
    return `${platform}/${architecture}`;
  }

  private libraries(value: unknown): LibraryRequest[] {
    if (!isMap(value)) {
      this.yaml.report(
        "KR2011",
        value,
        '"libraries" maps names to settings',
        "write `libraries:` and under it `alloc-region:`",
      );
      return [];
    }
    const libraries: LibraryRequest[] = [];
    for (const [name, keyNode, settings] of this.yaml.entries(value)) {
      const place = this.yaml.placeOf(keyNode);
      libraries.push({ name, place, kconfig: this.librarySettings(name, settings) });
    }
    return libraries;
  }

  private librarySettings(name: string, settings: unknown): KconfigValue[] {
    if (settings === null || (isScalar(settings) && settings.value === null)) return [];
    if (isScalar(settings)) {
      const next = "libraries come from this repository or the project: leave the version out";
      this.yaml.report(
        "KR2012",
        settings,
        `the version of library "${name}" cannot be chosen`,
        next,
      );
      return [];
    }
    if (!isMap(settings)) {
      this.yaml.report(
        "KR2011",
        settings,
        `the settings of "${name}" are \`key: value\` lines`,
        "write `kconfig:` under it",
      );
      return [];
    }
    let values: KconfigValue[] = [];
    for (const [key, keyNode, value] of this.yaml.entries(settings)) {
      if (key === "kconfig") values = this.kconfig(value);
      else if (key === "version" || key === "source") {
        this.yaml.report(
          "KR2004",
          keyNode,
          `the key "${key}" of a library is not supported yet`,
          "remove it",
        );
      } else
        this.yaml.report(
          "KR2005",
          keyNode,
          `unknown key "${key}" of a library`,
          suggestion(key, ["kconfig"]),
        );
    }
    return values;
  }

  /** `{ SYMBOL: value }` or `[ "CONFIG_SYMBOL=value" ]`. */
  private kconfig(value: unknown): KconfigValue[] {
    const found: KconfigValue[] = [];
    const add = (symbol: string, text: string, node: unknown): void => {
      const plain = symbol.replace(/^CONFIG_/, "");
      if (/^[A-Z0-9_]+$/.test(plain))
        found.push({ symbol: plain, value: text, place: this.yaml.placeOf(node) });
      else
        this.yaml.report(
          "KR2013",
          node,
          `"${symbol}" is no Kconfig symbol`,
          "symbols are capitals, digits and `_`",
        );
    };
    if (isMap(value)) {
      for (const [symbol, keyNode, item] of this.yaml.entries(value)) {
        const text = this.yaml.text(item, symbol);
        if (text !== undefined) add(symbol, text, keyNode);
      }
    } else if (isSeq(value)) {
      for (const item of value.items) {
        const [symbol = "", ...rest] = (this.yaml.text(item, "a kconfig line") ?? "").split("=");
        if (rest.length > 0) add(symbol.trim(), rest.join("=").trim(), item);
        else
          this.yaml.report(
            "KR2013",
            item,
            "a kconfig line is `SYMBOL=value`",
            "write for example `LIB_LOG_LEVEL=2`",
          );
      }
    } else
      this.yaml.report(
        "KR2013",
        value,
        '"kconfig" maps symbols to values',
        "write for example `LIB_LOG_LEVEL: 2`",
      );
    return found;
  }

  private words(value: unknown): string[] {
    if (isScalar(value))
      return (this.yaml.text(value, "cmd") ?? "").split(/\s+/).filter((word) => word !== "");
    if (isSeq(value)) return value.items.map((item) => this.yaml.text(item, "a word of cmd") ?? "");
    this.yaml.report(
      "KR2014",
      value,
      '"cmd" is a list of words or one line of text',
      'write `cmd: ["--port", "80"]`',
    );
    return [];
  }
}
