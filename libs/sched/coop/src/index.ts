/** The cooperative scheduler. */
export { CoopScheduler, MAX_POLLERS, scheduler } from "./coop.ts";
