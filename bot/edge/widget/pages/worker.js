// Opens the assistant's page without a network: people can read on and write, and what they write is sent later.

const CACHE = "$script";
const FILES = ["/", "/static/$script", "/static/page.css", "/static/page.js", "/static/icon.svg", "/static/app.webmanifest"];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !FILES.includes(new URL(request.url).pathname)) return;
  event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
});
