/** Commands of cmd.exe and PowerShell that have a fellow in a POSIX shell; where the next word is part of it, with it. */
const FELLOWS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/^& +(?:'([^']+)'|"([^"]+)")/, '$1$2'],
  [/^(?:cls|Clear-Host)$/i, 'clear'],
  [/^(?:Get-Content|gc|type)(?: +-Path)?(?= +\S+\.\w+)/i, 'cat'],
  [/^(?:Get-ChildItem|gci|dir)(?= |$)/i, 'ls'],
  [/^(?:Set-Location|sl|chdir)(?= |$)/i, 'cd'],
  [/^(?:Get-Location|gl)$/i, 'pwd'],
  [/^(?:Select-String|sls)(?: +-Pattern)?(?= |$)/i, 'grep'],
  [/^findstr(?: +\/i)?(?= |$)/i, 'grep'],
  [/^Select-Object +-First +(\d+)$/i, 'head -n $1'],
  [/^Select-Object +-Last +(\d+)$/i, 'tail -n $1'],
  [/^Start-Sleep(?: +-s(?:econds)?)? +(\d+)$/i, 'sleep $1'],
  [/^timeout +\/t +(\d+)(?: +\/nobreak)?/i, 'sleep $1'],
  [/^(?:Remove-Item|del|erase)(?= |$)/i, 'rm'],
  [/^(?:Copy-Item|copy)(?= |$)/i, 'cp'],
  [/^(?:Move-Item|move|ren)(?= |$)/i, 'mv'],
  [/^(?:Write-Output|Write-Host)(?= |$)/i, 'echo'],
  [/^\$env:(\w+) *= */i, 'export $1='],
  [/^set (\w+)=/i, 'export $1='],
];

/** PowerShell's text between `@"` and `"@`, given to a command. */
const HERE_STRING = /^@(["'])\n([^]*)\n\1@ *\| *(.+)$/;

function withFellow(command: string): string {
  const lead = /^\s*/.exec(command)?.[0] ?? '';
  const text = command.slice(lead.length);
  const tail = /\s*$/.exec(text)?.[0] ?? '';
  const body = text.slice(0, text.length - tail.length);
  for (const [pattern, replacement] of FELLOWS)
    if (pattern.test(body)) return lead + body.replace(pattern, replacement) + tail;
  return command;
}

/** Each command of a line, told apart at `|` and `;` outside quotes. */
function eachCommand(line: string): string {
  return line.replace(/(?:'[^']*'|"[^"]*"|[^'"|;])+/g, (command) => withFellow(command));
}

/** What was typed at a Windows prompt as a POSIX shell reads it: continuation marks, `.\\file`, `kubectl.exe`, `Get-Content`. */
export function fromWindows(command: string): string {
  const here = HERE_STRING.exec(command);
  if (here) {
    const mark = here[1] === "'" ? "'EOF'" : 'EOF';
    return `${eachCommand(here[3] ?? '')} <<${mark}\n${here[2] ?? ''}\nEOF`;
  }
  const posix = command
    .replace(/[ \t][`^](?=\n|$)/g, ' \\')
    .replace(/(^|\s)(\.{0,2}\\)?((?:[\w.-]+\\)*[\w.-]+)(?=[\s;|]|$)/g, (match: string, before: string) =>
      match.includes('\\') ? before + match.slice(before.length).replaceAll('\\', '/') : match,
    )
    .replace(/(^|[\s|;])([a-z][\w-]*)\.exe(?=\s|$)/g, '$1$2');
  return eachCommand(posix);
}
