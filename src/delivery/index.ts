export { PhoneDelivery, type PhoneDeliveryParts } from "./delivery.js";
export { ownAddresses } from "./own-address.js";
export { HttpRecordingHook } from "./recording-hook.js";
