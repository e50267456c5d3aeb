/**
 * What reading a Kconfig tree needs of the world: files, the environment, a shell. Tests and fuzzers put their own in.
 */

/** The world as the reader of a tree sees it. */
export interface KconfigHost {
  /** The text of a file; undefined where it cannot be read. */
  read(path: string): string | undefined;
  /** The names in a folder, empty where there is none. */
  entries(folder: string): readonly string[];
  environment(name: string): string | undefined;
  /** The standard output of a shell command; undefined where it could not be started. */
  shell(command: string): string | undefined;
  /** What `$(info)` says. */
  print(text: string): void;
}

/** A world of these files only, without a shell. Paths are relative, with `/`. */
export function memoryHost(
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
  said: string[] = [],
): KconfigHost {
  const paths = Object.keys(files);
  return {
    read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    entries: (folder) => {
      const prefix = folder === "." ? "" : `${folder}/`;
      const below = paths.filter((path) => path.startsWith(prefix));
      return [...new Set(below.map((path) => path.slice(prefix.length).split("/")[0] ?? ""))];
    },
    environment: (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined),
    shell: () => undefined,
    print: (text) => {
      said.push(text);
    },
  };
}
