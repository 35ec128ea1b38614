import { Discovery } from "../discovery/index.js";
import { BrowserDesk, drawableModels } from "../http/index.js";
import type { Lights } from "../model/index.js";
import { DeviceLights } from "../mqtt/index.js";
import { whereFilesAre } from "./first-contact.js";
import type { Joints, Running } from "./running.js";

/** The desk in the browser, where there is one. Simulated hooks and lights are for the demo alone. */
export function browserDesk(
  running: Running,
  { writer, phones, audit, store, pbx, sheets, link }: Joints,
): BrowserDesk | undefined {
  const { config, log, clock } = running.options;
  const { desk, gateway, people, mqtt } = config;
  if (!desk) return undefined;
  const open = desk.kind === "open";
  const lights: Lights | undefined =
    open && mqtt.kind === "embedded"
      ? new DeviceLights({ url: link.url, base: mqtt.base, accounts: mqtt.accounts, clock })
      : undefined;
  const made = running.own(
    new BrowserDesk({
      ...{ desk, gateway, people, phones, writer, audit, log, clock },
      models: drawableModels(sheets),
      calls: config.pbx.kind === "simulator" ? "simulator" : "real",
      broker: () => running.brokerStanding(),
      tokenOf: (mac) => store.tokenOf(mac),
      publicUrl: () => running.publicUrl(),
      leave: running.leaveFrom.bind(running),
      ...(open && pbx.handsets && { handsets: pbx.handsets }),
      ...(open && pbx.paced && { paced: pbx.paced }),
      ...(lights && { lights }),
    }),
  );
  made.start();
  return made;
}

/** What shows itself on the network, where the site wants it seen. */
export async function startDiscovery(running: Running): Promise<void> {
  const { config, log, clock, version = "0" } = running.options;
  const { discovery, gateway } = config;
  if (!discovery) return;
  const publicUrl = (): string => running.publicUrl();
  const parts = { config: discovery, sightings: running.sightings, gateway, version, publicUrl, clock, log };
  const files = whereFilesAre(running);
  running.discovery = running.own(new Discovery({ ...parts, ...(files && { files }) }));
  await running.discovery.start();
}
