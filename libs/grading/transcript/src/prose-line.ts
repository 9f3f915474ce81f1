/** Commands that are words of English too: without a prompt they may begin a sentence. */
const ENGLISH =
  /^(?:bash|break|case|cat|clear|column|continue|cut|date|echo|env|exit|export|fg|file|find|fold|for|free|go|hash|head|help|history|host|if|install|join|jobs|kill|kind|less|let|ln|local|make|more|mount|node|paste|popd|printf|read|return|route|screen|select|seq|service|set|shift|sleep|sort|source|split|stress|strings|tail|tee|test|then|time|timeout|top|touch|trap|tree|type|uniq|until|wait|watch|which|while|who|yes|kubectl|docker|helm|minikube|nginx|kubelet|kubeadm|git|curl|ssh|k3s|istioctl|oc|aws|make|python)$/;
/** Small words that sentences have and commands seldom have. */
const SMALL_WORDS =
  /^(?:a|an|and|are|as|at|be|because|but|by|can|does|has|have|here|how|is|it|its|me|not|of|on|or|our|should|so|than|that|the|their|them|then|there|these|this|to|until|us|was|we|what|when|where|will|with|works?|you|your|con|de|del|el|en|es|esta|está|la|las|lo|los|más|para|pero|por|porque|que|se|si|son|su|tiene|un|una|y|ya)$/i;
/** Tools that do nothing by themselves: alone on a line they are named. */
const ONLY_NAMED =
  /^(?:aws|docker|eksctl|git|helm|istioctl|k|kind|kops|kubeadm|kubectl|kubelet|minikube|nginx|node|oc|podman)$/;
const WORD = /^[\p{L}'’-]+[.,;:?!)]*$/u;
const SYNTAX = /[$"`{}\\=;|&<>]|(?:^|\s)-{1,2}\w|\s\.?\/\w|\w\/\w|'[^']*'/;

/**
 * Whether a line that begins with a command's name is a sentence (`time is important`, `kind of works`), a heading that
 * only names a tool (`oc`) or a row of notes (`nginx   Web server`).
 */
export function looksLikeProse(line: string): boolean {
  const text = line.trim();
  const words = text.split(/\s+/);
  const [first = ''] = words;
  if (words.length === 1) return ONLY_NAMED.test(first);
  if (/^\w+ {3,}[\p{Lu}>]/u.test(text) && ENGLISH.test(first)) return true;
  if (/^\w+ \*? {4,}\p{Lu}/u.test(text)) return true;
  if (!ENGLISH.test(first) || SYNTAX.test(text) || /^(?:echo|printf)\b/.test(text)) return false;
  const rest = words.slice(1);
  const plain = rest.filter((word) => WORD.test(word)).length;
  const small = rest.filter((word) => SMALL_WORDS.test(word.replace(/[.,;:?!)]+$/, ''))).length;
  return rest.length >= 2 && small >= (rest.length >= 6 && plain < rest.length ? 2 : 1) && plain >= rest.length - 2;
}
