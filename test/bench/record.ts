import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import WebSocket from "ws";
import { AsteriskLab } from "../lab/asterisk.ts";
import { Ear } from "../lab/meter.ts";
import { Phones } from "../lab/phones.ts";
import { TONES } from "../lab/voices.ts";
import { recordingFile } from "./recording.ts";

/**
 * Records what the real Asterisk of the lab sends about two calls of one agent, each with a hold: one by Dial, one by
 * Queue. The stories go to `recording.jsonl`, one event a line, each with the name of its story.
 */
export async function record(): Promise<void> {
  const lab = new AsteriskLab();
  const phones = new Phones(lab);
  const lines: string[] = [];
  let story = "";
  try {
    await lab.start();
    await phones.start();
    const ana = await phones.add({ account: lab.account("2001"), hz: TONES.agent });
    const carla = await phones.add({ account: lab.account("trunk"), hz: TONES.customer });
    const socket = new WebSocket(lab.ariEventsUrl("recorder"));
    await once(socket, "open");
    // As the adapter subscribes.
    await lab.ari("POST", "/applications/recorder/subscription?eventSource=channel%3A%2Cbridge%3A");
    const disallowed = [{ type: "ChannelVarset" }, { type: "ChannelDialplan" }];
    await lab.ari("PUT", "/applications/recorder/eventFilter", { disallowed });
    socket.on("message", (data) => {
      const { asterisk_id: _, ...event } = JSON.parse(String(data)) as Record<string, unknown>;
      if (story !== "") lines.push(JSON.stringify({ story, event }));
    });
    for (const [name, target] of [
      ["dial", "2001"],
      ["queue", "600"],
    ] as const) {
      story = name;
      const out = await carla.dial(target, { identity: { number: "+4930123456", name: "Carla Voss" } });
      const at = await ana.incoming();
      await pause(300);
      await at.answer();
      const ear = new Ear(at);
      await ear.hears(TONES.customer);
      await at.hold();
      await pause(300);
      await at.resume();
      await ear.hears(TONES.customer, (await ear.frames()).at(-1)?.at);
      await out.hangUp();
      await at.ended();
      await pause(1000);
    }
    socket.close();
    writeFileSync(recordingFile, `${lines.join("\n")}\n`);
    console.log(`${lines.length} events are in ${recordingFile}`);
  } finally {
    await phones.stop();
    await lab.stop();
  }
}
