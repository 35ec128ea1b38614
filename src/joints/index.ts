export { browserDesk, startDiscovery } from "./beside.js";
export { makeWorld, openData, startBroker } from "./data.js";
export { phoneLife } from "./places.js";
export { filesStandings, orderResync, phoneFiles } from "./resyncing.js";
export { type GatewayOptions, type Joints, Running, StartError } from "./running.js";
export { makeServer } from "./serving.js";
export { startSip, startTelling } from "./telling.js";
