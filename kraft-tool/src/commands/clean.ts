/** `kraft clean`: removes what builds left, and nothing that a user wrote. */
import { join } from "node:path";
import { remove } from "../sys/files.ts";
import type { Project } from "./project.ts";

/** The files and folders that were removed. */
export function clean(project: Project): string[] {
  const { directory, kraftfile, workFolder } = project;
  const paths = [workFolder];
  if (kraftfile.outdir !== undefined) {
    // Only the images by name: the user may keep other things in this folder.
    for (const target of kraftfile.targets) {
      const image = join(
        directory,
        kraftfile.outdir,
        `${kraftfile.name}_${target.replace("/", "-")}`,
      );
      paths.push(image, `${image}.dbg`);
    }
  }
  return paths.filter(remove);
}
