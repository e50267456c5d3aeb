/** An HTTP/1.1 server (RFC 9110, RFC 9112) over blocking sockets. */
export { BodyError } from "./body.ts";
export { Connection } from "./connection.ts";
export type { Handler } from "./connection.ts";
export { Method } from "./head.ts";
export { Request } from "./request.ts";
export { Response } from "./response.ts";
export { serve } from "./server.ts";
export {
  BAD_REQUEST,
  CONTENT_TOO_LARGE,
  EXPECTATION_FAILED,
  HEADER_FIELDS_TOO_LARGE,
  HTTP_VERSION_NOT_SUPPORTED,
  INTERNAL_SERVER_ERROR,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  NOT_IMPLEMENTED,
  OK,
  REQUEST_TIMEOUT,
  URI_TOO_LONG,
} from "./status.ts";
