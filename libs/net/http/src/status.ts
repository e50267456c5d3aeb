/**
 * Status codes of RFC 9110 §15 that the server itself answers with, and the phrases of those that
 * programs use.
 */

export const OK: u16 = 200;
export const BAD_REQUEST: u16 = 400;
export const NOT_FOUND: u16 = 404;
export const METHOD_NOT_ALLOWED: u16 = 405;
export const REQUEST_TIMEOUT: u16 = 408;
export const CONTENT_TOO_LARGE: u16 = 413;
export const URI_TOO_LONG: u16 = 414;
export const EXPECTATION_FAILED: u16 = 417;
export const HEADER_FIELDS_TOO_LARGE: u16 = 431;
export const INTERNAL_SERVER_ERROR: u16 = 500;
export const NOT_IMPLEMENTED: u16 = 501;
export const HTTP_VERSION_NOT_SUPPORTED: u16 = 505;

/** The reason phrase of a status; empty, which is allowed (RFC 9112 §4), for those not listed. */
export function reasonPhrase(status: u16): str {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";
  }
}
