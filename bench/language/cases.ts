/** The benchmarks there are, in the order in which programs/harness.ts measures them. */

/** One row of the report. */
export interface Case {
  readonly name: string;
  /** Both sides' file: `programs/NAME.ts` and `c/NAME.c`. Two cases may be one program with other parameters. */
  readonly program: string;
}

export const CASES: readonly Case[] = [
  { name: "allocator", program: "tlsf" },
  { name: "checksum 1500 B", program: "checksum" },
  { name: "checksum 40 B", program: "checksum" },
  { name: "header parse", program: "parse" },
  { name: "ring", program: "ring" },
  { name: "list", program: "list" },
  { name: "closures", program: "closures" },
  { name: "hash table", program: "hash-table" },
  { name: "sort", program: "sort" },
  { name: "dispatch", program: "dispatch" },
  { name: "siphash", program: "siphash" },
];
