/** Data of the map, fetched. */

export async function fetchJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw Object.assign(new Error(`${response.status} ${response.statusText}`), { status: response.status });
  return response.json();
}
