import type { Core, URI } from "sip.js";
import type { Clock, Pushed } from "../model/index.js";

const PATIENCE_MS = 8_000;
/** The PBX hands it on by UDP (RFC 3428 section 8). */
const MOST_BYTES = 1_000;

/** Sends a text (RFC 3428). What the PBX takes is on its way to the phones, and nobody knows whether one has shown it. */
export function sendMessage(core: Core.UserAgentCore, target: URI, text: string, clock: Clock): Promise<Pushed> {
  if (Buffer.byteLength(text) > MOST_BYTES) {
    return Promise.resolve({ outcome: "failed", why: `the text has more than ${MOST_BYTES} bytes`, again: false });
  }
  return new Promise((resolve) => {
    const forget = clock.after(PATIENCE_MS, () =>
      end({ outcome: "failed", why: "the PBX did not answer", again: true }),
    );
    const end = (pushed: Pushed): void => {
      forget();
      resolve(pushed);
    };
    const body = { contentDisposition: "render", contentType: "text/plain;charset=UTF-8", content: text };
    const message = core.makeOutgoingRequestMessage("MESSAGE", target, core.configuration.aor, target, {}, [], body);
    core.message(message, {
      onAccept: () => end({ outcome: "sent" }),
      onRedirect: () => end({ outcome: "failed", why: "the PBX sent it elsewhere", again: false }),
      onReject: ({ message: { statusCode = 0 } }) => {
        const again = statusCode === 408 || statusCode === 503 || statusCode === 480;
        end({ outcome: "failed", why: `the PBX answered ${statusCode}`, again });
      },
    });
  });
}
