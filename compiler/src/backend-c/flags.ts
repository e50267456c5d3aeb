/** What the C compiler must be told so that emitted C means what the backend means; apart, as the tool needs no more of it. */

/** What clang and gcc need to compile the units as they are meant; targets and optimisation are the caller's. */
export const C_FLAGS: readonly string[] = [
  "-std=c11",
  "-ffreestanding",
  "-fno-strict-aliasing",
  "-fno-delete-null-pointer-checks",
  "-ffp-contract=off",
];

/** For clang only: it limits how deep brackets may nest. */
export const CLANG_FLAGS: readonly string[] = ["-fbracket-depth=16384"];
