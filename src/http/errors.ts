/** Why the phone pages cannot be served: a port's system error, or what is wrong with templates or configuration. */
export type PhoneServerErrorCode =
  | "EADDRINUSE"
  | "EACCES"
  | "EADDRNOTAVAIL"
  | "listen"
  | "public-url"
  | "signing-key"
  | "sheet"
  | "template"
  | "tls"
  | "texts";

/** Stops the start; the message is a sentence for the person who started it and names no secret. */
export class PhoneServerError extends Error {
  override readonly name = "PhoneServerError";

  constructor(
    readonly code: PhoneServerErrorCode,
    message: string,
  ) {
    super(message);
  }
}
