/** The binary buddy allocator, and the program's heap made of it. */
import { Buddy } from "./buddy.ts";

export { Buddy, MAX_REGIONS } from "./buddy.ts";

/** The program's heap, where this package was chosen. */
export const heap = new Buddy();
