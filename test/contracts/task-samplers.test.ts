/** All task samplers hold to the contract of task samplers. */

import { createContrastSampler, createUniformSampler } from "../../src/rl/task-sampler.ts";
import { describeTaskSamplerContract } from "./task-sampler-contract.ts";

describeTaskSamplerContract("the uniform sampler", (tasks) => createUniformSampler(tasks));
describeTaskSamplerContract("the contrast sampler", createContrastSampler);
