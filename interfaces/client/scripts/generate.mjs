// Makes the TypeScript types from the published contract: openapi.json and signaling.schema.json, both written by the
// server (`open-meeting openapi`). Run with `npm run generate`; the results are committed.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";
import openapiTS, { astToString } from "openapi-typescript";
import { format, resolveConfig } from "prettier";

const root = new URL("../", import.meta.url);
const banner = "// Generated from the published contract by `npm run generate`. Do not edit.\n";

/** Writes a generated file, formatted like the rest of the sources. */
async function write(path, text) {
  const file = fileURLToPath(new URL(path, root));
  const options = await resolveConfig(file);
  await writeFile(file, await format(banner + text, { ...options, filepath: file }));
}

const openapi = new URL("openapi.json", root);
await write("src/rest/schema.ts", astToString(await openapiTS(openapi, { alphabetize: true })));

const schema = JSON.parse(await readFile(new URL("signaling.schema.json", root), "utf8"));
const types = await compile(schema, "SignalingMessage", {
  bannerComment: "",
  additionalProperties: false,
  unknownAny: true,
});

/** Which answer belongs to which request: the schema says so in `x-answer`. */
const requests = schema.$defs.ClientMessage.anyOf.map(({ $ref }) => {
  const name = $ref.split("/").at(-1);
  const { properties, "x-answer": answer } = schema.$defs[name];
  return `${JSON.stringify(properties.type.const)}: { request: ${name}; answer: ${answer} };`;
});
await write(
  "src/signaling/schema.ts",
  `${types}\n/** Requests by type, with their answers. */\nexport interface Messages {\n${requests.join("\n")}\n}\n`,
);
