/** What the tool knows of a library: the `kraft` field of its package.json, validated (docs/design/0001). */
import { KraftError } from "../diagnostics/error.ts";
import { suggestion } from "../diagnostics/suggest.ts";
import { TARGETS } from "../kraftfile/schema.ts";
import type { Target } from "../kraftfile/schema.ts";

/** A library that programs can be put together from. */
export interface PoolPackage {
  /** `@typekraft/sched-coop`. */
  readonly name: string;
  /** Absolute. */
  readonly directory: string;
  /** Absolute path of what a bare import means. */
  readonly entry: string;
  /** Its place in the layers of architecture.md. */
  readonly layer: string;
  /** Whether it has `@bind` declarations. */
  readonly api: boolean;
  /** APIs that its exports implement. */
  readonly provides: readonly string[];
  /** Taken when the user chose no provider. */
  readonly isDefault: boolean;
  /** Where it can be used; undefined: everywhere. */
  readonly targets: readonly Target[] | undefined;
  /** Takes part in every image of its targets. */
  readonly root: boolean;
  /** Packages that take part whenever this one does. */
  readonly companions: readonly string[];
  /** Assembly files, absolute. */
  readonly native: readonly string[];
  readonly linkerScript: string | undefined;
}

const FIELDS = [
  "profile",
  "layer",
  "api",
  "provides",
  "default",
  "targets",
  "root",
  "with",
  "native",
  "linkerScript",
] as const;

/** Whether the package takes part in images of this target. */
export function supports(pkg: PoolPackage, target: Target): boolean {
  return pkg.targets?.includes(target) ?? true;
}

/**
 * The package of this package.json; undefined where it has no `kraft` field and is thus no library.
 * `directory` is absolute and uses `/`. Throws `KraftError` where the field is wrong.
 */
export function parsePackage(json: unknown, directory: string): PoolPackage | undefined {
  const manifest = record(json);
  const name = manifest["name"];
  if (typeof name !== "string" || manifest["kraft"] === undefined) return undefined;
  const reader = new FieldReader(record(manifest["kraft"]), `${directory}/package.json`);
  reader.checkNames();
  const inside = (file: string): string => `${directory}/${file.replace(/^\.\//, "")}`;
  const linkerScript = reader.text("linkerScript");
  return {
    name,
    directory,
    entry: inside(entryOf(manifest) ?? "src/index.ts"),
    layer: reader.text("layer") ?? "app",
    api: reader.flag("api"),
    provides: reader.texts("provides") ?? [],
    isDefault: reader.flag("default"),
    targets: reader.targets(),
    root: reader.flag("root"),
    companions: reader.texts("with") ?? [],
    native: (reader.texts("native") ?? []).map(inside),
    linkerScript: linkerScript === undefined ? undefined : inside(linkerScript),
  };
}

/** The module that package.json exports as ".". */
export function entryOf(json: unknown): string | undefined {
  const manifest = record(json);
  const exported = record(manifest["exports"])["."] ?? manifest["exports"] ?? manifest["main"];
  return typeof exported === "string" && exported.endsWith(".ts") ? exported : undefined;
}

class FieldReader {
  private readonly fields: Record<string, unknown>;
  private readonly file: string;

  constructor(fields: Record<string, unknown>, file: string) {
    this.fields = fields;
    this.file = file;
  }

  checkNames(): void {
    for (const key of Object.keys(this.fields)) {
      if ((FIELDS as readonly string[]).includes(key)) continue;
      throw this.error(`unknown key "${key}" in the field "kraft"`, suggestion(key, FIELDS));
    }
  }

  flag(key: string): boolean {
    const value = this.fields[key] ?? false;
    if (typeof value !== "boolean")
      throw this.error(`"kraft.${key}" is true or false`, "correct the value");
    return value;
  }

  text(key: string): string | undefined {
    const value = this.fields[key];
    if (value !== undefined && typeof value !== "string")
      throw this.error(`"kraft.${key}" is a text`, "correct the value");
    return value;
  }

  texts(key: string): string[] | undefined {
    const value = this.fields[key];
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    throw this.error(`"kraft.${key}" is a list of texts`, 'write for example ["@typekraft/alloc"]');
  }

  targets(): Target[] | undefined {
    return this.texts("targets")?.map((text) => {
      const target = TARGETS.find((known) => known === text);
      if (target === undefined)
        throw this.error(`unknown target "${text}"`, suggestion(text, TARGETS));
      return target;
    });
  }

  private error(what: string, next: string): KraftError {
    return new KraftError({
      code: "KR4001",
      what,
      next,
      place: { file: this.file, line: 1, column: 1 },
    });
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
