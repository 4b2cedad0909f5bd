import type { ErrorDetail } from '@polyphase/ir';

interface Unsupported {
  readonly op: string;
  readonly domain: string;
  readonly isFunction: boolean;
  /** The version that the model imports of the domain. */
  readonly opset: number | undefined;
  /** The version that brought the operator, when it is known here. */
  readonly since: number | undefined;
}

type Reason = Omit<ErrorDetail, 'at' | 'cause'>;

const families: readonly (readonly [RegExp, Reason])[] = [
  [
    /^(If|Loop|Scan|SequenceMap)$/,
    {
      problem: 'it runs a graph of its own',
      fix: 'Export the model with its control flow resolved, or run onnxsim on it',
    },
  ],
  [
    /^(Sequence|SplitToSequence|ConcatFromSequence|Optional)/,
    { problem: 'it makes or takes a sequence or optional value', fix: 'Export the model with plain tensors' },
  ],
  [
    /^(Random|Bernoulli|Multinomial)/,
    { problem: 'its result is random', fix: 'Make the random numbers outside, and give them as an input' },
  ],
  [
    /^(String|Regex|TfIdf|ImageDecoder)/,
    { problem: 'it works on text or files', fix: 'Do this step outside of the model' },
  ],
  [
    /^(LSTM|GRU|RNN)$/,
    { problem: 'recurrent layers are not supported', fix: 'Run that part with another runtime' },
  ],
  [
    /^(Gradient|Momentum|Adam|Adagrad|NegativeLogLikelihoodLoss|SoftmaxCrossEntropyLoss)$/,
    { problem: 'it serves training', fix: 'Export the model for inference' },
  ],
];

/** Why an operator cannot be imported, and the way out. */
export function whyUnsupported({ op, domain, isFunction, opset, since }: Unsupported): Reason {
  if (isFunction)
    return {
      problem: `${op} is a function of the model itself`,
      fix: 'Inline it with onnx.inliner.inline_local_functions',
    };
  if (domain === 'com.microsoft')
    return {
      problem: `${op} belongs to onnxruntime (domain ${domain})`,
      fix: "Use the model as it was before onnxruntime's optimizer",
    };
  if (domain !== '')
    return { problem: `the domain ${domain} of ${op} is not supported`, fix: "Use ONNX's own operators" };
  if (opset === undefined)
    return {
      problem: "the model imports no version of ONNX's own operator set",
      fix: 'Export the model again',
    };
  const family = families.find(([names]) => names.test(op))?.[1];
  if (family)
    return { ...family, problem: `${op} of operator set ${opset} is not supported: ${family.problem}` };
  if (since !== undefined)
    return {
      problem: `${op} exists since operator set ${since}, the model imports ${opset}`,
      fix: `Export the model with operator set ${since} or newer`,
    };
  return {
    problem: `${op} of operator set ${opset} is not supported`,
    fix: 'Export the model without it, or express it by simpler operators',
  };
}
