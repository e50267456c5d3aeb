/** The page at `/`: 612 bytes, the size of the one that web servers are usually compared with. */

export const PAGE_BYTES = 612;

export const PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Typekraft</title>
<style>
body { max-width: 34em; margin: 4em auto; font-family: sans-serif; line-height: 1.5; }
</style>
</head>
<body>
<h1>It works</h1>
<p>This page comes from a TypeScript program that is its own operating system:
compiled ahead of time, linked with the libraries that it needs and nothing else,
and started as a virtual machine. There is no kernel below it and no shell beside it.</p>
<p>What its memory is used for: <a href="/stats">/stats</a></p>
<p>Thank you for your visit! The door remains open.</p>
</body>
</html>
`;
