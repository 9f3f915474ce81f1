import { fromPowerShell, isPowerShell } from './powershell.js';

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
  [/^New-Item +-ItemType +Directory(?: +-(?:Force|Path))* +(\S+)(?: +-Force)?$/i, 'mkdir -p $1'],
  [/^New-Item(?: +-ItemType +File)?(?: +-(?:Force|Path))* +(\S+)(?: +-(?:ItemType +File|Force))*$/i, 'touch $1'],
  [/^(?:Set-Content|sc)(?: +-Path)? +(\S+)(?: +-Value)? +("[^"]*"|'[^']*'|\S+)$/i, "printf '%s\\n' $2 > $1"],
  [/^(?:Add-Content|ac)(?: +-Path)? +(\S+)(?: +-Value)? +("[^"]*"|'[^']*'|\S+)$/i, "printf '%s\\n' $2 >> $1"],
  [
    /^(?:Out-File|Set-Content)(?: +-Encoding +\S+)?(?: +-(?:FilePath|Path))? +([^\s-]\S*)(?: +-Encoding +\S+)?$/i,
    'cat > $1',
  ],
  [/^Tee-Object(?: +-FilePath)?(?= |$)/i, 'tee'],
  [/^Sort-Object$/i, 'sort'],
  [/^Measure-Object +-Line$/i, 'wc -l'],
  [/^Out-Null$/i, 'cat > /dev/null'],
  [/^(?:Where-Object|\?) *\{ *\$_ +-(?:match|like) +("[^"]*"|'[^']*') *\}$/i, 'grep -i $1'],
  [/^(?:Invoke-WebRequest|iwr|wget)(?: +-Uri)? +(\S+) +-OutFile +(\S+)$/i, 'curl -sSLo $2 $1'],
  [/^(?:Invoke-WebRequest|Invoke-RestMethod|iwr|irm)(?: +-UseBasicParsing)?(?: +-Uri)? +(["']?https?:\S+|["']?localhost\S*)(?: +-UseBasicParsing)?$/i, 'curl -sSL $1'], // prettier-ignore
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

/** Where a command of a pipe or list ends; within a loop's `do` and `then` begins one. */
const COMMAND = /(?:'[^']*'|"(?:\\"|[^"])*"|[^'"|;])+/g;

/** Each command of a line, told apart at `|` and `;` outside quotes. */
function eachCommand(line: string): string {
  return line.replace(COMMAND, (command) => {
    const [lead = ''] = /^\s*(?:(?:do|then|else) )?/.exec(command) ?? [];
    return lead + withFellow(command.slice(lead.length));
  });
}

/** Windows PowerShell gives `'{\"a\":1}'` to a program as `{"a":1}`. */
const unescapeQuoted = (line: string): string =>
  line.replace(/"(?:\\"|[^"])*"|'([^']*)'/g, (quoted, single: string | undefined) =>
    single === undefined ? quoted : quoted.replaceAll('\\"', '"'),
  );

const CMD_LOOP = /^for +(\/L +)?%{1,2}(\w) +in +\(([^)]*)\) +do +@?([^]+)$/i;

/** `for %i in (a b) do …` and `for /L %i in (1,1,3) do …` of cmd.exe. */
function fromCmdLoop(line: string): string {
  const loop = CMD_LOOP.exec(line);
  if (!loop) return line;
  const [, counted, name = '', words = '', body = ''] = loop;
  const over = counted === undefined ? words.replaceAll(',', ' ').trim() : `$(seq ${words.replaceAll(',', ' ')})`;
  const variable = `\${${name}}`;
  return `for ${name} in ${over}; do ${body.replaceAll(`%%${name}`, variable).replaceAll(`%${name}`, variable)}; done`;
}

/** Whether a text typed at a Windows prompt is in the language of its shell: a POSIX shell would wait for another end. */
export const isWindowsStatement = (text: string): boolean => CMD_LOOP.test(text) || isPowerShell(text);

const slashes = (text: string): string => text.replaceAll('\\', '/');

/** The student's folder and drives (`C:\\Users\\ana\\.kube`, `%USERPROFILE%`), files of a folder, variables of the environment. */
function withPosixNames(command: string): string {
  return command
    .replace(
      /(?:\b[a-z]:\\Users\\[\w.-]+|%USERPROFILE%|\$env:USERPROFILE|\$HOME|(?<![^\s"'=])~)((?:\\[\w.-]+)*\\?)(?![\w%])/gi,
      (_, rest: string) => `$HOME${slashes(rest)}`,
    )
    .replace(
      /\b([a-z]):((?:\\[\w.-]+)+\\?)/gi,
      (_, drive: string, rest: string) => `/${drive.toLowerCase()}${slashes(rest)}`,
    )
    .replace(/(?<=^|\s)(?:\.{0,2}\\)?(?:[\w.-]+\\)*[\w.-]+(?=[\s;|]|$)/g, slashes)
    .replace(/%([A-Z_][A-Z0-9_]+)%/g, '${$1}')
    .replace(/\$LASTEXITCODE\b/gi, '$?')
    .replace(/\$env:(\w+)(?!\w* *=)/gi, '${$1}');
}

/** What was typed at a Windows prompt as a POSIX shell reads it: continuation marks, `.\\file`, `kubectl.exe`, `Get-Content`. */
export function fromWindows(command: string): string {
  const here = HERE_STRING.exec(command);
  if (here) {
    const mark = here[1] === "'" ? "'EOF'" : 'EOF';
    return `${eachCommand(here[3] ?? '')} <<${mark}\n${here[2] ?? ''}\nEOF`;
  }
  const posix = withPosixNames(command.replace(/[ \t][`^](?=\n|$)/g, ' \\')).replace(
    /(^|[\s|;])([a-z][\w-]*)\.exe(?=\s|$)/g,
    '$1$2',
  );
  return eachCommand(unescapeQuoted(fromCmdLoop(fromPowerShell(posix))));
}
