// The one connection to the server that the whole page uses.
import { Api } from "@open-meeting/client";

export const api = new Api();
