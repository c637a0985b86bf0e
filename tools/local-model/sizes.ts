/** How much a try of a local model asks of it. */

export interface Size {
  /** Of the agent: tasks, actions of each, tokens of a page and of a reply. */
  tasks: number;
  steps: number;
  pageTokens: number;
  replyTokens: number;
  /** Of the experience model: recorded steps asked about, characters of a page, tokens of a reply. */
  predictions: number;
  pageCharacters: number;
  answerTokens: number;
  /** Of the teacher: characters of each transition that it explains. */
  transitionCharacters: number;
}

export const SIZES: Readonly<Record<string, Size>> = {
  tiny: {
    tasks: 1,
    steps: 2,
    pageTokens: 300,
    replyTokens: 60,
    predictions: 1,
    pageCharacters: 1500,
    answerTokens: 150,
    transitionCharacters: 400,
  },
  small: {
    tasks: 2,
    steps: 4,
    pageTokens: 500,
    replyTokens: 120,
    predictions: 4,
    pageCharacters: 3000,
    answerTokens: 300,
    transitionCharacters: 600,
  },
  large: {
    tasks: 10,
    steps: 10,
    pageTokens: 2000,
    replyTokens: 512,
    predictions: 40,
    pageCharacters: 6000,
    answerTokens: 1024,
    transitionCharacters: 1500,
  },
};
