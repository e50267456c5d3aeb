/** TCP over one IP interface: connections, listeners, and the stack that they live in. */
export { Connection, TcpError, TcpState } from "./connection.ts";
export { TcpCore } from "./core.ts";
export { TcpCounters } from "./counters.ts";
export { TcpLimits } from "./limits.ts";
export { Listener } from "./listener.ts";
export { TcpStack } from "./stack.ts";
