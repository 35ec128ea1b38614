import { request } from "undici";

/** What the API of a gateway answered. */
export interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Asks the API at that origin; a text goes as it is, and without a token none is sent. */
export async function askApi(
  origin: string,
  method: string,
  path: string,
  body: unknown,
  bearer: string | undefined,
): Promise<Answered> {
  const reply = await request(`${origin}/api/v1${path}`, {
    method: method as "GET",
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await reply.body.text();
  return { status: reply.statusCode, body: text === "" ? undefined : JSON.parse(text), headers: reply.headers };
}
