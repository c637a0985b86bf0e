/** What is wrong with a task file, so that a message can name it and a summary can count it. */

export interface TaskFault {
  /** `tasks/dev.json, task 12` */
  where: string;
  /** Dotted path; null when the fault concerns the file as a whole. */
  field: string | null;
  message: string;
}

/** On one line. */
export function describeFault({ where, field, message }: TaskFault): string {
  return field === null ? `${where}: ${message}` : `${where}, field ${field}: ${message}`;
}

/** The field, the same for each entry of a list: `eval.program_html.*.url`. */
export function kindOfFault({ field }: TaskFault): string {
  return field === null ? "the file" : `field ${field.replaceAll(/(?<=\.|^)\d+(?=\.|$)/g, "*")}`;
}
