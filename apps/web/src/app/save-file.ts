// Hands a file that the page has made to the browser, as a download.

/** Saves a text under a name, in UTF-8. */
export function saveFile(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it over by then, however slow it is.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
