import { request } from "undici";
import { authorization, challengeOf } from "../../src/delivery/digest.ts";

const uri = "/servlet?push=xml";

/** The least that switches a phone's light off: one document by HTTP, signed by digest, as no phone takes it otherwise. */
export class BareLed {
  readonly #to: { readonly origin: string; readonly username: string; readonly password: string };

  constructor(to: { readonly origin: string; readonly username: string; readonly password: string }) {
    this.#to = to;
  }

  async off(line: number): Promise<void> {
    const led = (colour: string): string => `<ExecuteItem URI="Led:LINE${line}_${colour}=off"/>`;
    const leds = ["GREEN", "ORANGE", "RED"].map(led).join("");
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<YealinkIPPhoneExecute Beep="no">${leds}</YealinkIPPhoneExecute>`;
    const { status, challenge } = await this.#post(body);
    const asked = challengeOf(challenge);
    if (status !== 401 || !asked) throw new Error(`no challenge but ${status}`);
    const signed = await this.#post(body, authorization(asked, this.#to, { method: "POST", uri, count: 1 }));
    if (signed.status !== 200) throw new Error(`the light was not taken: ${signed.status}`);
  }

  async #post(body: string, authorization?: string) {
    const {
      statusCode,
      headers,
      body: reply,
    } = await request(`${this.#to.origin}${uri}`, {
      ...{ method: "POST", body },
      headers: { "content-type": "text/xml; charset=utf-8", ...(authorization && { authorization }) },
    });
    await reply.dump();
    return { status: statusCode, challenge: headers["www-authenticate"] };
  }
}
