/** All task samplers keep the contract of task samplers. */

import { createVarianceSampler, createUniformSampler } from "../../src/rl/task-sampler.ts";
import { describeTaskSamplerContract } from "./task-sampler-contract.ts";

describeTaskSamplerContract("the uniform sampler", (tasks) => createUniformSampler(tasks));
describeTaskSamplerContract("the variance sampler", createVarianceSampler);
