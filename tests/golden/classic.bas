Option Explicit

' Tells the function wizard what the functions and their arguments mean; Excel runs it when it opens the file.
Public Sub Auto_Open()
    On Error Resume Next
    Help_TRAIN_FLOPS
    Help_INFER_FLOPS
    Help_MEMORY_NEEDED
    Help_MEMORY_FIT
    Help_LARGEST_MODEL
    Help_LONGEST_CONTEXT
    Help_STEP_UTILIZATION
    Help_MEASURED_UTILIZATION
    Help_GPU_PRICE
    Help_TRAIN_GPU_HOURS
    Help_TRAIN_DAYS
    Help_TRAIN_COST
    Help_PROJECT_COST
    Help_COMPUTE_OPTIMAL
    Help_GPUS_NEEDED
    Help_CHEAPEST_GPU
    Help_TRAIN_ENERGY
    Help_FINETUNE_GPU_HOURS
    Help_FINETUNE_COST
    Help_DPO_GPU_HOURS
    Help_DPO_COST
    Help_RL_GPU_HOURS
    Help_RL_COST
    Help_GOODPUT
    Help_IMAGE_COST
    Help_INFER_THROUGHPUT
    Help_INFER_COST
    Help_SERVING_COST
    Help_SERVING_GPUS
    Help_SERVING_CURVE
    Help_CHEAPEST_SERVING
    Help_RENT_COST
    Help_PRICE_PATH
    Help_RENT_OR_OWN
    Help_WAYS_TO_PAY
    Help_CASH_FLOW
    Help_FLEET_COST
    Help_CLUSTER_CAPEX
    Help_ENERGY_USE
    Help_RESERVE_OR_RENT
    Help_API_COST
    Help_AGENT_COST
    Help_SELF_HOST_OR_API
    Help_EMBED_COST
    Help_SPEECH_COST
    Help_GPU_FACT
    Help_MODEL_FACT
    Help_ASSUMPTION
    Help_SOURCE
    Help_COST_VERSION
    Help_COST_FIND
    Help_EXPLAIN
    Help_ESTIMATE_RANGE
    Help_ESTIMATE_TABLE
    Help_ESTIMATE_VALUE
    Help_ESTIMATE_LOW
    Help_ESTIMATE_HIGH
    Help_COST_WARNINGS
    Help_COST_WHY
    Help_COMPUTE_SHARE
    Help_RAISE_NEEDED
    Help_UNIT_MARGIN
    Help_DISTILL_COST
    Help_DATA_LIMIT
    Help_FUTURE_COST
    Help_IN_CURRENCY
    Help_COST_TABLE
    Help_COST_BRIDGE
End Sub

Public Function TRAIN_FLOPS(params, Optional tokens, Optional seq_len, Optional active_params) As Variant
    TRAIN_FLOPS = Answered("TRAIN_FLOPS", Array(params, tokens, seq_len, active_params))
End Function
Private Sub Help_TRAIN_FLOPS()
    Dim help(1 To 4) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Training tokens; may be left out for a model whose tokens are known. In tokens. Example: 300e9 or ""300B""."
    help(3) = "Tokens per training sequence, for the attention term. In tokens. Example: 4096."
    help(4) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    Application.MacroOptions Macro:="TRAIN_FLOPS", Description:="Arithmetic to train a language model once, in floating-point operations.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function INFER_FLOPS(params, Optional tokens, Optional context) As Variant
    INFER_FLOPS = Answered("INFER_FLOPS", Array(params, tokens, context))
End Function
Private Sub Help_INFER_FLOPS()
    Dim help(1 To 3) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Tokens processed; one if left out. In tokens. Example: 1 or ""1M""."
    help(3) = "Tokens already in the context that each token attends to. In tokens. Example: 4096."
    Application.MacroOptions Macro:="INFER_FLOPS", Description:="Arithmetic to run a language model, in floating-point operations (for one token unless given).", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function MEMORY_NEEDED(params, Optional precision, Optional context, Optional batch, Optional use, Optional kv_precision) As Variant
    MEMORY_NEEDED = Answered("MEMORY_NEEDED", Array(params, precision, context, batch, use, kv_precision))
End Function
Private Sub Help_MEMORY_NEEDED()
    Dim help(1 To 6) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Number format of the weights by its usual name, such as ""fp8"", ""Q4_K_M"", ""AWQ"" or ""4.25bpw"". Example: ""bf16"" or ""Q4_K_M""."
    help(3) = "Tokens of context held for each sequence; in training the length of a sequence. The model's own states alone if left out. In tokens. Example: 4096."
    help(4) = "Sequences (or images) held at once; one if left out. In sequences. Example: 8."
    help(5) = "What the model is held for; inference if left out. One of inference, training, lora, qlora. Example: ""inference""."
    help(6) = "Number format of the KV cache; 16 bits if left out. Example: ""fp8"" or ""q8_0""."
    Application.MacroOptions Macro:="MEMORY_NEEDED", Description:="Memory a model takes: weights, and with a context KV cache, activations and overhead; also for training and fine-tuning.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function MEMORY_FIT(params, Optional gpu, Optional gpus, Optional precision, Optional context, Optional batch, Optional use, Optional kv_precision) As Variant
    MEMORY_FIT = Answered("MEMORY_FIT", Array(params, gpu, gpus, precision, context, batch, use, kv_precision))
End Function
Private Sub Help_MEMORY_FIT()
    Dim help(1 To 8) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(3) = "Number of accelerators. In GPUs. Example: 1024."
    help(4) = "Number format of the weights by its usual name, such as ""fp8"", ""Q4_K_M"", ""AWQ"" or ""4.25bpw"". Example: ""bf16"" or ""Q4_K_M""."
    help(5) = "Tokens of context held for each sequence; in training the length of a sequence. The assumption fit_context (fit_context_finetuning) if left out. In tokens. Example: 4096."
    help(6) = "Sequences (or images) held at once; one if left out. In sequences. Example: 8."
    help(7) = "What the model is held for; inference if left out. One of inference, training, lora, qlora. Example: ""inference""."
    help(8) = "Number format of the KV cache; 16 bits if left out. Example: ""fp8"" or ""q8_0""."
    Application.MacroOptions Macro:="MEMORY_FIT", Description:="How many accelerators hold a model, whether the given ones do, and which kinds are enough.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function LARGEST_MODEL(Optional gpu, Optional gpus, Optional precision, Optional context, Optional kv_precision) As Variant
    LARGEST_MODEL = Answered("LARGEST_MODEL", Array(gpu, gpus, precision, context, kv_precision))
End Function
Private Sub Help_LARGEST_MODEL()
    Dim help(1 To 5) As String
    help(1) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(2) = "Number of accelerators. In GPUs. Example: 1024."
    help(3) = "Number format of the weights by its usual name, such as ""fp8"", ""Q4_K_M"", ""AWQ"" or ""4.25bpw"". Example: ""bf16"" or ""Q4_K_M""."
    help(4) = "Tokens of context held for each sequence; in training the length of a sequence. The assumption fit_context (fit_context_finetuning) if left out. In tokens. Example: 4096."
    help(5) = "Number format of the KV cache; 16 bits if left out. Example: ""fp8"" or ""q8_0""."
    Application.MacroOptions Macro:="LARGEST_MODEL", Description:="The largest model, in parameters, that accelerators hold for one request of a context.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function LONGEST_CONTEXT(params, Optional gpu, Optional gpus, Optional precision, Optional kv_precision) As Variant
    LONGEST_CONTEXT = Answered("LONGEST_CONTEXT", Array(params, gpu, gpus, precision, kv_precision))
End Function
Private Sub Help_LONGEST_CONTEXT()
    Dim help(1 To 5) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(3) = "Number of accelerators. In GPUs. Example: 1024."
    help(4) = "Number format of the weights by its usual name, such as ""fp8"", ""Q4_K_M"", ""AWQ"" or ""4.25bpw"". Example: ""bf16"" or ""Q4_K_M""."
    help(5) = "Number format of the KV cache; 16 bits if left out. Example: ""fp8"" or ""q8_0""."
    Application.MacroOptions Macro:="LONGEST_CONTEXT", Description:="The longest context, in tokens, of one request that accelerators hold beside a model's weights.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function STEP_UTILIZATION(params, Optional gpu, Optional precision, Optional gpus, Optional seq_len, Optional active_params, Optional global_batch, Optional micro_batch, Optional stack, Optional as_of, Optional document_tokens) As Variant
    STEP_UTILIZATION = Answered("STEP_UTILIZATION", Array(params, gpu, precision, gpus, seq_len, active_params, global_batch, micro_batch, stack, as_of, document_tokens))
End Function
Private Sub Help_STEP_UTILIZATION()
    Dim help(1 To 11) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(3) = "Number format of the matrix multiplications. One of fp32, tf32, fp16, bf16, fp8, mxfp8, fp4, mxfp4. Example: ""bf16""."
    help(4) = "Number of accelerators. In GPUs. Example: 1024."
    help(5) = "Tokens per training sequence, for the attention term. In tokens. Example: 4096."
    help(6) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    help(7) = "Sequences of one optimizer step over all accelerators. In sequences. Example: 1024."
    help(8) = "Sequences of one pass on one accelerator; as long a pass as fits if left out. In sequences. Example: 2."
    help(9) = "Software: tuned (Megatron, NeMo, MaxText, torchtune) or hugging-face (Trainer, TRL). One of tuned, hugging-face. Example: ""hugging-face""."
    help(10) = "Day of the software; that of the newest measured releases if left out. Example: ""2025-06-30""."
    help(11) = "Mean tokens of a document where rows are packed with several: attention reaches no further. In tokens. Example: 840."
    Application.MacroOptions Macro:="STEP_UTILIZATION", Description:="Share of the chip's dense peak that a well-tuned training step reaches, without restarts, evaluation and stops.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function MEASURED_UTILIZATION(params, tokens_per_second, Optional gpu, Optional gpus, Optional precision, Optional seq_len, Optional active_params) As Variant
    MEASURED_UTILIZATION = Answered("MEASURED_UTILIZATION", Array(params, tokens_per_second, gpu, gpus, precision, seq_len, active_params))
End Function
Private Sub Help_MEASURED_UTILIZATION()
    Dim help(1 To 7) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Training tokens per second of the whole group. In tokens/s. Example: 24000."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Number of accelerators. In GPUs. Example: 1024."
    help(5) = "Number format of the matrix multiplications. One of fp32, tf32, fp16, bf16, fp8, mxfp8, fp4, mxfp4. Example: ""bf16""."
    help(6) = "Tokens per training sequence, for the attention term. In tokens. Example: 4096."
    help(7) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    Application.MacroOptions Macro:="MEASURED_UTILIZATION", Description:="Your own step utilization from a short test run's tokens per second; train_gpu_hours takes the rate itself.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function GPU_PRICE(gpu, Optional term, Optional as_of, Optional provider) As Variant
    GPU_PRICE = Answered("GPU_PRICE", Array(gpu, term, as_of, provider))
End Function
Private Sub Help_GPU_PRICE()
    Dim help(1 To 4) As String
    help(1) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(2) = "Rental term: on_demand, spot, or months such as 24 months; on demand if left out. One of on_demand, spot, reserved_1y, reserved_3y. Example: ""on_demand""."
    help(3) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(4) = "A provider (aws, lambda ...) or a class (neocloud, marketplace, hyperscaler); neoclouds if left out. Example: ""aws""."
    Application.MacroOptions Macro:="GPU_PRICE", Description:="Rental price of an accelerator on a day, with the range over providers.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function TRAIN_GPU_HOURS(params, Optional tokens, Optional gpu, Optional utilization, Optional precision, Optional gpus, Optional seq_len, Optional active_params, Optional global_batch, Optional micro_batch, Optional stack, Optional as_of, Optional document_tokens, Optional tokens_per_second, Optional billing, Optional test_gpus) As Variant
    TRAIN_GPU_HOURS = Answered("TRAIN_GPU_HOURS", Array(params, tokens, gpu, utilization, precision, gpus, seq_len, active_params, global_batch, micro_batch, stack, as_of, document_tokens, tokens_per_second, billing, test_gpus))
End Function
Private Sub Help_TRAIN_GPU_HOURS()
    Dim help(1 To 16) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Training tokens; may be left out for a model whose tokens are known. In tokens. Example: 300e9 or ""300B""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Share of the chip's dense peak that the whole billed run reaches; predicted if left out, ""naive"" for untuned code. A share: 0.4 is 40%. Example: 0.4, ""40%"" or ""naive""."
    help(5) = "Number format of the matrix multiplications. One of fp32, tf32, fp16, bf16, fp8, mxfp8, fp4, mxfp4. Example: ""bf16""."
    help(6) = "Number of accelerators. In GPUs. Example: 1024."
    help(7) = "Tokens per training sequence, for the attention term. In tokens. Example: 4096."
    help(8) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    help(9) = "Sequences of one optimizer step over all accelerators. In sequences. Example: 1024."
    help(10) = "Sequences of one pass on one accelerator; as long a pass as fits if left out. In sequences. Example: 2."
    help(11) = "Software: tuned (Megatron, NeMo, MaxText, torchtune) or hugging-face (Trainer, TRL). One of tuned, hugging-face. Example: ""hugging-face""."
    help(12) = "Day of the software; that of the newest measured releases if left out. Example: ""2025-06-30""."
    help(13) = "Mean tokens of a document where rows are packed with several: attention reaches no further. In tokens. Example: 840."
    help(14) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    help(15) = "What is paid: metered (hours of running jobs) or reserved (each hour from the first day to the last). One of metered, reserved. Example: ""reserved""."
    help(16) = "Accelerators of the test run behind tokens_per_second; those of the run itself if left out. In GPUs. Example: 8."
    Application.MacroOptions Macro:="TRAIN_GPU_HOURS", Description:="Accelerator-hours that one training run is billed for.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function TRAIN_DAYS(params, Optional tokens, Optional gpu, Optional gpus, Optional utilization, Optional precision, Optional seq_len, Optional active_params, Optional global_batch, Optional micro_batch, Optional stack, Optional as_of, Optional document_tokens, Optional tokens_per_second, Optional billing, Optional test_gpus) As Variant
    TRAIN_DAYS = Answered("TRAIN_DAYS", Array(params, tokens, gpu, gpus, utilization, precision, seq_len, active_params, global_batch, micro_batch, stack, as_of, document_tokens, tokens_per_second, billing, test_gpus))
End Function
Private Sub Help_TRAIN_DAYS()
    Dim help(1 To 16) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Training tokens; may be left out for a model whose tokens are known. In tokens. Example: 300e9 or ""300B""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Number of accelerators. In GPUs. Example: 1024."
    help(5) = "Share of the chip's dense peak that the whole billed run reaches; predicted if left out, ""naive"" for untuned code. A share: 0.4 is 40%. Example: 0.4, ""40%"" or ""naive""."
    help(6) = "Number format of the matrix multiplications. One of fp32, tf32, fp16, bf16, fp8, mxfp8, fp4, mxfp4. Example: ""bf16""."
    help(7) = "Tokens per training sequence, for the attention term. In tokens. Example: 4096."
    help(8) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    help(9) = "Sequences of one optimizer step over all accelerators. In sequences. Example: 1024."
    help(10) = "Sequences of one pass on one accelerator; as long a pass as fits if left out. In sequences. Example: 2."
    help(11) = "Software: tuned (Megatron, NeMo, MaxText, torchtune) or hugging-face (Trainer, TRL). One of tuned, hugging-face. Example: ""hugging-face""."
    help(12) = "Day of the software; that of the newest measured releases if left out. Example: ""2025-06-30""."
    help(13) = "Mean tokens of a document where rows are packed with several: attention reaches no further. In tokens. Example: 840."
    help(14) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    help(15) = "What is paid: metered (hours of running jobs) or reserved (each hour from the first day to the last). One of metered, reserved. Example: ""reserved""."
    help(16) = "Accelerators of the test run behind tokens_per_second; those of the run itself if left out. In GPUs. Example: 8."
    Application.MacroOptions Macro:="TRAIN_DAYS", Description:="How long one training run takes on a given number of accelerators.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function TRAIN_COST(params, Optional tokens, Optional gpu, Optional price_per_gpu_hour, Optional utilization, Optional gpus, Optional precision, Optional seq_len, Optional active_params, Optional as_of, Optional global_batch, Optional micro_batch, Optional stack, Optional document_tokens, Optional tokens_per_second, Optional billing, Optional test_gpus) As Variant
    TRAIN_COST = Answered("TRAIN_COST", Array(params, tokens, gpu, price_per_gpu_hour, utilization, gpus, precision, seq_len, active_params, as_of, global_batch, micro_batch, stack, document_tokens, tokens_per_second, billing, test_gpus))
End Function
Private Sub Help_TRAIN_COST()
    Dim help(1 To 17) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Training tokens; may be left out for a model whose tokens are known. In tokens. Example: 300e9 or ""300B""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(5) = "Share of the chip's dense peak that the whole billed run reaches; predicted if left out, ""naive"" for untuned code. A share: 0.4 is 40%. Example: 0.4, ""40%"" or ""naive""."
    help(6) = "Number of accelerators. In GPUs. Example: 1024."
    help(7) = "Number format of the matrix multiplications. One of fp32, tf32, fp16, bf16, fp8, mxfp8, fp4, mxfp4. Example: ""bf16""."
    help(8) = "Tokens per training sequence, for the attention term. In tokens. Example: 4096."
    help(9) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    help(10) = "Day of the prices and of the software; the catalogue's own date, and the newest measured releases, if left out. Example: ""2026-11-22""."
    help(11) = "Sequences of one optimizer step over all accelerators. In sequences. Example: 1024."
    help(12) = "Sequences of one pass on one accelerator; as long a pass as fits if left out. In sequences. Example: 2."
    help(13) = "Software: tuned (Megatron, NeMo, MaxText, torchtune) or hugging-face (Trainer, TRL). One of tuned, hugging-face. Example: ""hugging-face""."
    help(14) = "Mean tokens of a document where rows are packed with several: attention reaches no further. In tokens. Example: 840."
    help(15) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    help(16) = "What is paid: metered (hours of running jobs) or reserved (each hour from the first day to the last). One of metered, reserved. Example: ""reserved""."
    help(17) = "Accelerators of the test run behind tokens_per_second; those of the run itself if left out. In GPUs. Example: 8."
    Application.MacroOptions Macro:="TRAIN_COST", Description:="Rental cost of training a model once, in US dollars.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function PROJECT_COST(params, Optional tokens, Optional gpu, Optional gpus, Optional price_per_gpu_hour, Optional utilization, Optional trial_share, Optional failed_share, Optional months_reserved, Optional precision, Optional seq_len, Optional active_params, Optional as_of, Optional team, Optional tokens_per_second, Optional test_gpus) As Variant
    PROJECT_COST = Answered("PROJECT_COST", Array(params, tokens, gpu, gpus, price_per_gpu_hour, utilization, trial_share, failed_share, months_reserved, precision, seq_len, active_params, as_of, team, tokens_per_second, test_gpus))
End Function
Private Sub Help_PROJECT_COST()
    Dim help(1 To 16) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Training tokens; may be left out for a model whose tokens are known. In tokens. Example: 300e9 or ""300B""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Number of accelerators. In GPUs. Example: 1024."
    help(5) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(6) = "Share of the chip's dense peak that the whole billed run reaches; predicted if left out, ""naive"" for untuned code. A share: 0.4 is 40%. Example: 0.4, ""40%"" or ""naive""."
    help(7) = "Hours of trial runs (sweeps of learning rate and batch size, ablations) over those of the final run, which may exceed 1. A share: 0.4 is 40%. Example: 0.5 (ten trials of a twentieth each) or ""50%""."
    help(8) = "Hours of failed runs that are thrown away, divided by those of the final run. A share: 0.4 is 40%. Example: 0.2 or ""20%""."
    help(9) = "Months for which the accelerators are reserved and paid, used or not. In months. Example: 24."
    help(10) = "Number format of the matrix multiplications. One of fp32, tf32, fp16, bf16, fp8, mxfp8, fp4, mxfp4. Example: ""bf16""."
    help(11) = "Tokens per training sequence, for the attention term. In tokens. Example: 4096."
    help(12) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    help(13) = "Day of the prices and of the software; the catalogue's own date, and the newest measured releases, if left out. Example: ""2026-11-22""."
    help(14) = "Kind of team, for the trial runs: fine-tune, replication (of a known recipe) or frontier (research of its own). One of fine-tune, replication, frontier. Example: ""frontier""."
    help(15) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    help(16) = "Accelerators of the test run behind tokens_per_second; those of the run itself if left out. In GPUs. Example: 8."
    Application.MacroOptions Macro:="PROJECT_COST", Description:="Rental cost of a whole training project: the final run, trial and failed runs, and reserved but idle time.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function COMPUTE_OPTIMAL(Optional budget, Optional flops, Optional params, Optional tokens, Optional gpu, Optional price_per_gpu_hour, Optional utilization) As Variant
    COMPUTE_OPTIMAL = Answered("COMPUTE_OPTIMAL", Array(budget, flops, params, tokens, gpu, price_per_gpu_hour, utilization))
End Function
Private Sub Help_COMPUTE_OPTIMAL()
    Dim help(1 To 7) As String
    help(1) = "Money for the final run. In USD. Example: 1e6 or ""$1M""."
    help(2) = "Arithmetic of the final run. In FLOP. Example: 5.76e23."
    help(3) = "Parameter count, or a known model's name: its own tokens are then compared with the optimum. In parameters. Example: ""70B"" or ""Chinchilla 70B""."
    help(4) = "Tokens of the data set, to find the model for. In tokens. Example: 300e9 or ""300B""."
    help(5) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(6) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(7) = "Share of the chip's dense peak that the whole billed run reaches; predicted if left out, ""naive"" for untuned code. A share: 0.4 is 40%. Example: 0.4, ""40%"" or ""naive""."
    Application.MacroOptions Macro:="COMPUTE_OPTIMAL", Description:="Parameters and tokens that make the best of a budget, of an amount of arithmetic, of a model size or of a data set.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function GPUS_NEEDED(params, Optional tokens, Optional gpu, Optional days, Optional utilization, Optional precision, Optional seq_len, Optional active_params, Optional global_batch, Optional micro_batch, Optional stack, Optional as_of, Optional document_tokens, Optional tokens_per_second, Optional test_gpus, Optional billing) As Variant
    GPUS_NEEDED = Answered("GPUS_NEEDED", Array(params, tokens, gpu, days, utilization, precision, seq_len, active_params, global_batch, micro_batch, stack, as_of, document_tokens, tokens_per_second, test_gpus, billing))
End Function
Private Sub Help_GPUS_NEEDED()
    Dim help(1 To 16) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Training tokens; may be left out for a model whose tokens are known. In tokens. Example: 300e9 or ""300B""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Days within which the run has to finish. In days. Example: 30."
    help(5) = "Share of the chip's dense peak that the whole billed run reaches; predicted if left out, ""naive"" for untuned code. A share: 0.4 is 40%. Example: 0.4, ""40%"" or ""naive""."
    help(6) = "Number format of the matrix multiplications. One of fp32, tf32, fp16, bf16, fp8, mxfp8, fp4, mxfp4. Example: ""bf16""."
    help(7) = "Tokens per training sequence, for the attention term. In tokens. Example: 4096."
    help(8) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    help(9) = "Sequences of one optimizer step over all accelerators. In sequences. Example: 1024."
    help(10) = "Sequences of one pass on one accelerator; as long a pass as fits if left out. In sequences. Example: 2."
    help(11) = "Software: tuned (Megatron, NeMo, MaxText, torchtune) or hugging-face (Trainer, TRL). One of tuned, hugging-face. Example: ""hugging-face""."
    help(12) = "Day of the software; that of the newest measured releases if left out. Example: ""2025-06-30""."
    help(13) = "Mean tokens of a document where rows are packed with several: attention reaches no further. In tokens. Example: 840."
    help(14) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    help(15) = "Accelerators of the test run behind tokens_per_second; those of the run itself if left out. In GPUs. Example: 8."
    help(16) = "What is paid: metered (hours of running jobs) or reserved (each hour from the first day to the last). One of metered, reserved. Example: ""reserved""."
    Application.MacroOptions Macro:="GPUS_NEEDED", Description:="How many accelerators finish one training run within a number of days.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function CHEAPEST_GPU(params, Optional tokens, Optional days, Optional as_of) As Variant
    CHEAPEST_GPU = Answered("CHEAPEST_GPU", Array(params, tokens, days, as_of))
End Function
Private Sub Help_CHEAPEST_GPU()
    Dim help(1 To 4) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Training tokens; may be left out for a model whose tokens are known. In tokens. Example: 300e9 or ""300B""."
    help(3) = "Days within which the run has to finish. In days. Example: 30."
    help(4) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    Application.MacroOptions Macro:="CHEAPEST_GPU", Description:="Accelerators ranked by the rental cost of one training run, and those that cannot do it with the reason.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function TRAIN_ENERGY(params, Optional tokens, Optional gpu, Optional utilization, Optional pue, Optional precision, Optional gpus, Optional tokens_per_second, Optional test_gpus) As Variant
    TRAIN_ENERGY = Answered("TRAIN_ENERGY", Array(params, tokens, gpu, utilization, pue, precision, gpus, tokens_per_second, test_gpus))
End Function
Private Sub Help_TRAIN_ENERGY()
    Dim help(1 To 9) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Training tokens; may be left out for a model whose tokens are known. In tokens. Example: 300e9 or ""300B""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Share of the chip's dense peak that the whole billed run reaches; predicted if left out, ""naive"" for untuned code. A share: 0.4 is 40%. Example: 0.4, ""40%"" or ""naive""."
    help(5) = "Power usage effectiveness: energy of the whole facility divided by that of its computers. Example: 1.1."
    help(6) = "Number format of the matrix multiplications. One of fp32, tf32, fp16, bf16, fp8, mxfp8, fp4, mxfp4. Example: ""bf16""."
    help(7) = "Number of accelerators. In GPUs. Example: 1024."
    help(8) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    help(9) = "Accelerators of the test run behind tokens_per_second; those of the run itself if left out. In GPUs. Example: 8."
    Application.MacroOptions Macro:="TRAIN_ENERGY", Description:="Electricity of one training run, the facility's cooling and losses included.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function FINETUNE_GPU_HOURS(params, Optional tokens, Optional gpu, Optional method, Optional epochs, Optional examples, Optional tokens_per_example, Optional gpus, Optional precision, Optional rank, Optional seq_len, Optional packed, Optional stack, Optional micro_batch, Optional tokens_per_second) As Variant
    FINETUNE_GPU_HOURS = Answered("FINETUNE_GPU_HOURS", Array(params, tokens, gpu, method, epochs, examples, tokens_per_example, gpus, precision, rank, seq_len, packed, stack, micro_batch, tokens_per_second))
End Function
Private Sub Help_FINETUNE_GPU_HOURS()
    Dim help(1 To 15) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Tokens of the training data, read once. In tokens. Example: ""10M""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "What is trained: all weights, adapters, or adapters on a 4-bit base. One of full, lora, qlora. Example: ""lora""."
    help(5) = "How many times the data is read; 1 if left out. In times. Example: 3."
    help(6) = "Examples of the training data. In examples. Example: 52000."
    help(7) = "Tokens of one example, question and answer. In tokens. Example: 500."
    help(8) = "Number of accelerators. In GPUs. Example: 1024."
    help(9) = "Number format of the matrix multiplications; of QLoRA also one that its base is only stored in, such as NF4. Example: ""bf16""."
    help(10) = "Rank of the adapters. Example: 16."
    help(11) = "Tokens of the longest row in training. In tokens. Example: 4096."
    help(12) = "Whether short examples share a row; if not, rows are padded. Example: true."
    help(13) = "Software: tuned (Megatron, NeMo, MaxText, torchtune) or hugging-face (Trainer, TRL). One of tuned, hugging-face. Example: ""hugging-face""."
    help(14) = "Rows of one pass on one accelerator; 1 if left out. In rows. Example: 4."
    help(15) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    Application.MacroOptions Macro:="FINETUNE_GPU_HOURS", Description:="Accelerator-hours of fine-tuning a model: all weights, LoRA or QLoRA.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function FINETUNE_COST(params, Optional tokens, Optional gpu, Optional method, Optional epochs, Optional examples, Optional tokens_per_example, Optional gpus, Optional price_per_gpu_hour, Optional precision, Optional rank, Optional seq_len, Optional packed, Optional stack, Optional as_of, Optional micro_batch, Optional provider, Optional tokens_per_second) As Variant
    FINETUNE_COST = Answered("FINETUNE_COST", Array(params, tokens, gpu, method, epochs, examples, tokens_per_example, gpus, price_per_gpu_hour, precision, rank, seq_len, packed, stack, as_of, micro_batch, provider, tokens_per_second))
End Function
Private Sub Help_FINETUNE_COST()
    Dim help(1 To 18) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Tokens of the training data, read once. In tokens. Example: ""10M""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "What is trained: all weights, adapters, or adapters on a 4-bit base. One of full, lora, qlora. Example: ""lora""."
    help(5) = "How many times the data is read; 1 if left out. In times. Example: 3."
    help(6) = "Examples of the training data. In examples. Example: 52000."
    help(7) = "Tokens of one example, question and answer. In tokens. Example: 500."
    help(8) = "Number of accelerators. In GPUs. Example: 1024."
    help(9) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(10) = "Number format of the matrix multiplications; of QLoRA also one that its base is only stored in, such as NF4. Example: ""bf16""."
    help(11) = "Rank of the adapters. Example: 16."
    help(12) = "Tokens of the longest row in training. In tokens. Example: 4096."
    help(13) = "Whether short examples share a row; if not, rows are padded. Example: true."
    help(14) = "Software: tuned (Megatron, NeMo, MaxText, torchtune) or hugging-face (Trainer, TRL). One of tuned, hugging-face. Example: ""hugging-face""."
    help(15) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(16) = "Rows of one pass on one accelerator; 1 if left out. In rows. Example: 4."
    help(17) = "A host that tunes for a price per token; rented accelerators if left out. Example: ""Fireworks""."
    help(18) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    Application.MacroOptions Macro:="FINETUNE_COST", Description:="Cost of fine-tuning a model once, in US dollars: on rented accelerators, or by the tokens at a host that tunes.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function DPO_GPU_HOURS(params, pairs, Optional tokens_per_pair, Optional gpu, Optional method, Optional epochs, Optional gpus, Optional precision, Optional rank, Optional seq_len, Optional packed, Optional stack, Optional tokens_per_second) As Variant
    DPO_GPU_HOURS = Answered("DPO_GPU_HOURS", Array(params, pairs, tokens_per_pair, gpu, method, epochs, gpus, precision, rank, seq_len, packed, stack, tokens_per_second))
End Function
Private Sub Help_DPO_GPU_HOURS()
    Dim help(1 To 13) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Pairs of a chosen and a rejected answer. In pairs. Example: 60000."
    help(3) = "Tokens of both answers together, each with its prompt. In tokens. Example: 1000."
    help(4) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(5) = "What is trained: all weights, adapters, or adapters on a 4-bit base. One of full, lora, qlora. Example: ""lora""."
    help(6) = "How many times the data is read; 1 if left out. In times. Example: 3."
    help(7) = "Number of accelerators. In GPUs. Example: 1024."
    help(8) = "Number format of the matrix multiplications; of QLoRA also one that its base is only stored in, such as NF4. Example: ""bf16""."
    help(9) = "Rank of the adapters. Example: 16."
    help(10) = "Tokens of the longest row in training. In tokens. Example: 4096."
    help(11) = "Whether short examples share a row; if not, rows are padded. Example: true."
    help(12) = "Software: tuned (Megatron, NeMo, MaxText, torchtune) or hugging-face (Trainer, TRL). One of tuned, hugging-face. Example: ""hugging-face""."
    help(13) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    Application.MacroOptions Macro:="DPO_GPU_HOURS", Description:="Accelerator-hours of direct preference optimization (DPO) on pairs of answers.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function DPO_COST(params, pairs, Optional tokens_per_pair, Optional gpu, Optional method, Optional epochs, Optional gpus, Optional price_per_gpu_hour, Optional precision, Optional rank, Optional seq_len, Optional packed, Optional stack, Optional as_of, Optional tokens_per_second) As Variant
    DPO_COST = Answered("DPO_COST", Array(params, pairs, tokens_per_pair, gpu, method, epochs, gpus, price_per_gpu_hour, precision, rank, seq_len, packed, stack, as_of, tokens_per_second))
End Function
Private Sub Help_DPO_COST()
    Dim help(1 To 15) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Pairs of a chosen and a rejected answer. In pairs. Example: 60000."
    help(3) = "Tokens of both answers together, each with its prompt. In tokens. Example: 1000."
    help(4) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(5) = "What is trained: all weights, adapters, or adapters on a 4-bit base. One of full, lora, qlora. Example: ""lora""."
    help(6) = "How many times the data is read; 1 if left out. In times. Example: 3."
    help(7) = "Number of accelerators. In GPUs. Example: 1024."
    help(8) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(9) = "Number format of the matrix multiplications; of QLoRA also one that its base is only stored in, such as NF4. Example: ""bf16""."
    help(10) = "Rank of the adapters. Example: 16."
    help(11) = "Tokens of the longest row in training. In tokens. Example: 4096."
    help(12) = "Whether short examples share a row; if not, rows are padded. Example: true."
    help(13) = "Software: tuned (Megatron, NeMo, MaxText, torchtune) or hugging-face (Trainer, TRL). One of tuned, hugging-face. Example: ""hugging-face""."
    help(14) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(15) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    Application.MacroOptions Macro:="DPO_COST", Description:="Rental cost of direct preference optimization (DPO) on pairs of answers, in US dollars.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function RL_GPU_HOURS(params, steps, prompts_per_step, Optional samples_per_prompt, Optional prompt_tokens, Optional response_tokens, Optional gpu, Optional gpus, Optional algorithm, Optional precision, Optional asynchronous, Optional max_response_tokens, Optional active_params, Optional stack, Optional tokens_per_second) As Variant
    RL_GPU_HOURS = Answered("RL_GPU_HOURS", Array(params, steps, prompts_per_step, samples_per_prompt, prompt_tokens, response_tokens, gpu, gpus, algorithm, precision, asynchronous, max_response_tokens, active_params, stack, tokens_per_second))
End Function
Private Sub Help_RL_GPU_HOURS()
    Dim help(1 To 15) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Steps of the run. In steps. Example: 200."
    help(3) = "Prompts of one step. In prompts. Example: 128."
    help(4) = "Answers to one prompt; assumed by the algorithm. In answers. Example: 16."
    help(5) = "Mean tokens of a prompt. In tokens. Example: 200."
    help(6) = "Mean tokens of an answer, all turns of an agent together. In tokens. Example: 2000."
    help(7) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(8) = "Number of accelerators. In GPUs. Example: 1024."
    help(9) = "Grpo (DAPO, RLOO and other methods without a critic), ppo (with a critic) or dpo (pairs, no generation). One of grpo, ppo, dpo. Example: ""grpo""."
    help(10) = "Number format of the matrix multiplications. One of fp32, tf32, fp16, bf16, fp8, mxfp8, fp4, mxfp4. Example: ""bf16""."
    help(11) = "Whether answers are generated while earlier ones are trained on. Example: true."
    help(12) = "Most tokens of an answer. In tokens. Example: 8192."
    help(13) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    help(14) = "Software: tuned (answers by a serving engine such as vLLM) or hugging-face (by the trainer itself, as in 2023). One of tuned, hugging-face. Example: ""tuned""."
    help(15) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    Application.MacroOptions Macro:="RL_GPU_HOURS", Description:="Accelerator-hours of reinforcement learning on a language model: GRPO, PPO or DPO.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function RL_COST(params, steps, prompts_per_step, Optional samples_per_prompt, Optional prompt_tokens, Optional response_tokens, Optional gpu, Optional gpus, Optional algorithm, Optional price_per_gpu_hour, Optional precision, Optional asynchronous, Optional max_response_tokens, Optional active_params, Optional stack, Optional as_of, Optional tokens_per_second) As Variant
    RL_COST = Answered("RL_COST", Array(params, steps, prompts_per_step, samples_per_prompt, prompt_tokens, response_tokens, gpu, gpus, algorithm, price_per_gpu_hour, precision, asynchronous, max_response_tokens, active_params, stack, as_of, tokens_per_second))
End Function
Private Sub Help_RL_COST()
    Dim help(1 To 17) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Steps of the run. In steps. Example: 200."
    help(3) = "Prompts of one step. In prompts. Example: 128."
    help(4) = "Answers to one prompt; assumed by the algorithm. In answers. Example: 16."
    help(5) = "Mean tokens of a prompt. In tokens. Example: 200."
    help(6) = "Mean tokens of an answer, all turns of an agent together. In tokens. Example: 2000."
    help(7) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(8) = "Number of accelerators. In GPUs. Example: 1024."
    help(9) = "Grpo (DAPO, RLOO and other methods without a critic), ppo (with a critic) or dpo (pairs, no generation). One of grpo, ppo, dpo. Example: ""grpo""."
    help(10) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(11) = "Number format of the matrix multiplications. One of fp32, tf32, fp16, bf16, fp8, mxfp8, fp4, mxfp4. Example: ""bf16""."
    help(12) = "Whether answers are generated while earlier ones are trained on. Example: true."
    help(13) = "Most tokens of an answer. In tokens. Example: 8192."
    help(14) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    help(15) = "Software: tuned (answers by a serving engine such as vLLM) or hugging-face (by the trainer itself, as in 2023). One of tuned, hugging-face. Example: ""tuned""."
    help(16) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(17) = "Training tokens per second of the whole group of gpus in a test run of yours: taken before any prediction. In tokens/s. Example: 24000."
    Application.MacroOptions Macro:="RL_COST", Description:="Rental cost of reinforcement learning on a language model, in US dollars.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function GOODPUT(gpus, days, Optional gpu, Optional checkpoint_minutes, Optional spot, Optional as_of) As Variant
    GOODPUT = Answered("GOODPUT", Array(gpus, days, gpu, checkpoint_minutes, spot, as_of))
End Function
Private Sub Help_GOODPUT()
    Dim help(1 To 6) As String
    help(1) = "Number of accelerators. In GPUs. Example: 1024."
    help(2) = "Days of training at full progress. In days. Example: 30."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Minutes between checkpoints; the best interval if left out. In min. Example: 30."
    help(5) = "Whether the accelerators are spot capacity. Example: true."
    help(6) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    Application.MacroOptions Macro:="GOODPUT", Description:="Share of paid time in which a training run makes progress, after checkpoints, failures and restarts.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function IMAGE_COST(params, Optional images, Optional gpu, Optional steps, Optional size, Optional gpus, Optional price_per_gpu_hour, Optional batch, Optional precision, Optional load, Optional level, Optional as_of) As Variant
    IMAGE_COST = Answered("IMAGE_COST", Array(params, images, gpu, steps, size, gpus, price_per_gpu_hour, batch, precision, load, level, as_of))
End Function
Private Sub Help_IMAGE_COST()
    Dim help(1 To 12) As String
    help(1) = "An image model's name; of a bare count the speed is not known. In parameters. Example: ""SDXL"" or ""FLUX.1-dev""."
    help(2) = "Images to be drawn. In images. Example: 1000."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Denoising steps of one image; of a distilled model those that it is made for, of others image_steps if left out. In steps. Example: 30."
    help(5) = "Pixels of a side of the image, as wide as high; what the model is made for if left out. In pixels. Example: 1024."
    help(6) = "Number of accelerators. In GPUs. Example: 1024."
    help(7) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(8) = "Images that one accelerator draws at once. In images. Example: 1."
    help(9) = "Number format of the weights by its usual name, such as ""fp8"", ""Q4_K_M"", ""AWQ"" or ""4.25bpw"". Example: ""bf16"" or ""Q4_K_M""."
    help(10) = "Share of the paid hours in which there is work; all of them if left out. A share: 0.4 is 40%. Example: 0.5 or ""50%""."
    help(11) = "Tuning of the software: vendor-tuned (a chip maker's own), tuned (an open engine, set for the task) or default. One of vendor-tuned, tuned, default. Example: ""tuned""."
    help(12) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    Application.MacroOptions Macro:="IMAGE_COST", Description:="What images cost to draw on rented accelerators, with seconds per image and the energy that they take.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function INFER_THROUGHPUT(params, Optional gpu, Optional gpus, Optional precision, Optional input_tokens, Optional output_tokens, Optional batch, Optional active_params, Optional parallelism, Optional kv_precision, Optional min_tokens_per_second, Optional max_first_token, Optional cached, Optional level, Optional speculative, Optional ram_gb, Optional ram_bandwidth) As Variant
    INFER_THROUGHPUT = Answered("INFER_THROUGHPUT", Array(params, gpu, gpus, precision, input_tokens, output_tokens, batch, active_params, parallelism, kv_precision, min_tokens_per_second, max_first_token, cached, level, speculative, ram_gb, ram_bandwidth))
End Function
Private Sub Help_INFER_THROUGHPUT()
    Dim help(1 To 17) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(3) = "Number of accelerators. In GPUs. Example: 1024."
    help(4) = "Number format of the weights by its usual name, such as ""fp8"", ""Q4_K_M"", ""AWQ"" or ""4.25bpw"". Example: ""bf16"" or ""Q4_K_M""."
    help(5) = "Input tokens of a request. In tokens. Example: 1000."
    help(6) = "Output tokens of a request. In tokens. Example: 1000."
    help(7) = "Requests served at once; as many as the memory holds if left out, 1 for a single stream. In requests. Example: 1."
    help(8) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    help(9) = "How accelerators share one copy of the model: tensor (all work on each token), layer (in turn, as llama.cpp does) or expert (each has its part of the experts); the best if left out. One of tensor, layer, expert. Example: ""tensor""."
    help(10) = "Number format of the KV cache; 16 bits if left out. Example: ""fp8"" or ""q8_0""."
    help(11) = "Tokens per second that each user gets at least. In tokens/s. Example: 30."
    help(12) = "Longest mean wait for the first token, in seconds, the queue included. In s. Example: 2."
    help(13) = "Share of the input that the engine has in its cache; 0 if left out. A share: 0.4 is 40%. Example: 0.5."
    help(14) = "Tuning of the software: vendor-tuned (a chip maker's own), tuned (an open engine, set for the task) or default. One of vendor-tuned, tuned, default. Example: ""tuned""."
    help(15) = "Tokens that a draft model, or the model's own heads (MTP), propose in each pass; none if left out. In tokens. Example: 2."
    help(16) = "Memory of the machine that may hold what the accelerators do not. In GB. Example: 64."
    help(17) = "Bandwidth of that memory; a desktop's if left out. In GB/s. Example: 90."
    Application.MacroOptions Macro:="INFER_THROUGHPUT", Description:="Output tokens per second of a group of accelerators that serves a model, with waiting times and what limits them.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function INFER_COST(params, Optional gpu, Optional gpus, Optional price_per_gpu_hour, Optional precision, Optional input_tokens, Optional output_tokens, Optional load, Optional active_params, Optional as_of, Optional kv_precision, Optional min_tokens_per_second, Optional max_first_token, Optional cached, Optional level, Optional speculative, Optional ram_gb, Optional ram_bandwidth) As Variant
    INFER_COST = Answered("INFER_COST", Array(params, gpu, gpus, price_per_gpu_hour, precision, input_tokens, output_tokens, load, active_params, as_of, kv_precision, min_tokens_per_second, max_first_token, cached, level, speculative, ram_gb, ram_bandwidth))
End Function
Private Sub Help_INFER_COST()
    Dim help(1 To 18) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(3) = "Number of accelerators. In GPUs. Example: 1024."
    help(4) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(5) = "Number format of the weights by its usual name, such as ""fp8"", ""Q4_K_M"", ""AWQ"" or ""4.25bpw"". Example: ""bf16"" or ""Q4_K_M""."
    help(6) = "Input tokens of a request. In tokens. Example: 1000."
    help(7) = "Output tokens of a request. In tokens. Example: 1000."
    help(8) = "Share of its saturated throughput that the group serves on average. A share: 0.4 is 40%. Example: 0.5 or ""50%""."
    help(9) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    help(10) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(11) = "Number format of the KV cache; 16 bits if left out. Example: ""fp8"" or ""q8_0""."
    help(12) = "Tokens per second that each user gets at least. In tokens/s. Example: 30."
    help(13) = "Longest mean wait for the first token, in seconds, the queue included. In s. Example: 2."
    help(14) = "Share of the input that the engine has in its cache; 0 if left out. A share: 0.4 is 40%. Example: 0.5."
    help(15) = "Tuning of the software: vendor-tuned (a chip maker's own), tuned (an open engine, set for the task) or default. One of vendor-tuned, tuned, default. Example: ""tuned""."
    help(16) = "Tokens that a draft model, or the model's own heads (MTP), propose in each pass; none if left out. In tokens. Example: 2."
    help(17) = "Memory of the machine that may hold what the accelerators do not. In GB. Example: 64."
    help(18) = "Bandwidth of that memory; a desktop's if left out. In GB/s. Example: 90."
    Application.MacroOptions Macro:="INFER_COST", Description:="Cost of a million output tokens, the reading of their inputs included, on rented accelerators at a load.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function SERVING_COST(params, Optional tokens_per_day, Optional gpu, Optional peak_to_average, Optional price_per_gpu_hour, Optional precision, Optional headroom, Optional months_reserved, Optional margin, Optional as_of, Optional kv_precision, Optional input_tokens, Optional output_tokens, Optional requests_per_day, Optional min_tokens_per_second, Optional max_first_token, Optional cached, Optional users_per_day, Optional turns, Optional profile, Optional level) As Variant
    SERVING_COST = Answered("SERVING_COST", Array(params, tokens_per_day, gpu, peak_to_average, price_per_gpu_hour, precision, headroom, months_reserved, margin, as_of, kv_precision, input_tokens, output_tokens, requests_per_day, min_tokens_per_second, max_first_token, cached, users_per_day, turns, profile, level))
End Function
Private Sub Help_SERVING_COST()
    Dim help(1 To 21) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Output tokens served on an average day, in place of requests. In tokens. Example: ""1B""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Load of the busiest hour divided by the week's average. In times. Example: 2."
    help(5) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(6) = "Number format of the weights by its usual name, such as ""fp8"", ""Q4_K_M"", ""AWQ"" or ""4.25bpw"". Example: ""bf16"" or ""Q4_K_M""."
    help(7) = "Spare capacity kept above the peak, as a share of it. A share: 0.4 is 40%. Example: 0.2 or ""20%""."
    help(8) = "Months the fleet is reserved for; on demand if left out. In months. Example: 12."
    help(9) = "Gross margin that the price of the tokens should leave. A share: 0.4 is 40%. Example: 0.5 or ""50%""."
    help(10) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(11) = "Number format of the KV cache; 16 bits if left out. Example: ""fp8"" or ""q8_0""."
    help(12) = "Input tokens of a request. In tokens. Example: 1000."
    help(13) = "Output tokens of a request. In tokens. Example: 1000."
    help(14) = "Requests on an average day; each turn of a chat is one. In requests. Example: 100000."
    help(15) = "Tokens per second that each user gets at least. In tokens/s. Example: 30."
    help(16) = "Longest mean wait for the first token, in seconds, the queue included. In s. Example: 2."
    help(17) = "Share of the input that the engine has in its cache; 0 if left out. A share: 0.4 is 40%. Example: 0.5."
    help(18) = "People who use it on an average day, in place of requests. In users. Example: 10000."
    help(19) = "Requests of one conversation: each sends again all that was sent and answered before it, so that the input grows. 1 if left out. In turns. Example: 5."
    help(20) = "When people come: office (working hours), consumer (evenings, every day) or flat (day and night). One of office, consumer, flat. Example: ""office""."
    help(21) = "Tuning of the software: vendor-tuned (a chip maker's own), tuned (an open engine, set for the task) or default. One of vendor-tuned, tuned, default. Example: ""tuned""."
    Application.MacroOptions Macro:="SERVING_COST", Description:="What a fleet costs a month that serves people in their busiest hour and is paid around the clock.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function SERVING_GPUS(params, Optional tokens_per_day, Optional gpu, Optional peak_to_average, Optional precision, Optional headroom, Optional kv_precision, Optional input_tokens, Optional output_tokens, Optional requests_per_day, Optional min_tokens_per_second, Optional max_first_token, Optional cached, Optional users_per_day, Optional turns, Optional profile, Optional level) As Variant
    SERVING_GPUS = Answered("SERVING_GPUS", Array(params, tokens_per_day, gpu, peak_to_average, precision, headroom, kv_precision, input_tokens, output_tokens, requests_per_day, min_tokens_per_second, max_first_token, cached, users_per_day, turns, profile, level))
End Function
Private Sub Help_SERVING_GPUS()
    Dim help(1 To 17) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Output tokens served on an average day, in place of requests. In tokens. Example: ""1B""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Load of the busiest hour divided by the week's average. In times. Example: 2."
    help(5) = "Number format of the weights by its usual name, such as ""fp8"", ""Q4_K_M"", ""AWQ"" or ""4.25bpw"". Example: ""bf16"" or ""Q4_K_M""."
    help(6) = "Spare capacity kept above the peak, as a share of it. A share: 0.4 is 40%. Example: 0.2 or ""20%""."
    help(7) = "Number format of the KV cache; 16 bits if left out. Example: ""fp8"" or ""q8_0""."
    help(8) = "Input tokens of a request. In tokens. Example: 1000."
    help(9) = "Output tokens of a request. In tokens. Example: 1000."
    help(10) = "Requests on an average day; each turn of a chat is one. In requests. Example: 100000."
    help(11) = "Tokens per second that each user gets at least. In tokens/s. Example: 30."
    help(12) = "Longest mean wait for the first token, in seconds, the queue included. In s. Example: 2."
    help(13) = "Share of the input that the engine has in its cache; 0 if left out. A share: 0.4 is 40%. Example: 0.5."
    help(14) = "People who use it on an average day, in place of requests. In users. Example: 10000."
    help(15) = "Requests of one conversation: each sends again all that was sent and answered before it, so that the input grows. 1 if left out. In turns. Example: 5."
    help(16) = "When people come: office (working hours), consumer (evenings, every day) or flat (day and night). One of office, consumer, flat. Example: ""office""."
    help(17) = "Tuning of the software: vendor-tuned (a chip maker's own), tuned (an open engine, set for the task) or default. One of vendor-tuned, tuned, default. Example: ""tuned""."
    Application.MacroOptions Macro:="SERVING_GPUS", Description:="How many accelerators serve people in their busiest hour.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function SERVING_CURVE(params, Optional gpu, Optional gpus, Optional precision, Optional input_tokens, Optional output_tokens, Optional price_per_gpu_hour, Optional load, Optional active_params, Optional as_of, Optional kv_precision, Optional cached, Optional level) As Variant
    SERVING_CURVE = Answered("SERVING_CURVE", Array(params, gpu, gpus, precision, input_tokens, output_tokens, price_per_gpu_hour, load, active_params, as_of, kv_precision, cached, level))
End Function
Private Sub Help_SERVING_CURVE()
    Dim help(1 To 13) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(3) = "Number of accelerators. In GPUs. Example: 1024."
    help(4) = "Number format of the weights by its usual name, such as ""fp8"", ""Q4_K_M"", ""AWQ"" or ""4.25bpw"". Example: ""bf16"" or ""Q4_K_M""."
    help(5) = "Input tokens of a request. In tokens. Example: 1000."
    help(6) = "Output tokens of a request. In tokens. Example: 1000."
    help(7) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(8) = "Share of its saturated throughput that the group serves on average. A share: 0.4 is 40%. Example: 0.5 or ""50%""."
    help(9) = "Parameters that one token uses (mixture of experts); all if left out. In parameters. Example: ""37B""."
    help(10) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(11) = "Number format of the KV cache; 16 bits if left out. Example: ""fp8"" or ""q8_0""."
    help(12) = "Share of the input that the engine has in its cache; 0 if left out. A share: 0.4 is 40%. Example: 0.5."
    help(13) = "Tuning of the software: vendor-tuned (a chip maker's own), tuned (an open engine, set for the task) or default. One of vendor-tuned, tuned, default. Example: ""tuned""."
    Application.MacroOptions Macro:="SERVING_CURVE", Description:="Throughput and cost of serving a model against the speed that each user gets, as a table.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function CHEAPEST_SERVING(params, Optional requests_per_day, Optional input_tokens, Optional output_tokens, Optional min_tokens_per_second, Optional max_first_token, Optional tokens_per_day, Optional precision, Optional as_of, Optional users_per_day, Optional level) As Variant
    CHEAPEST_SERVING = Answered("CHEAPEST_SERVING", Array(params, requests_per_day, input_tokens, output_tokens, min_tokens_per_second, max_first_token, tokens_per_day, precision, as_of, users_per_day, level))
End Function
Private Sub Help_CHEAPEST_SERVING()
    Dim help(1 To 11) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Requests on an average day; each turn of a chat is one. In requests. Example: 100000."
    help(3) = "Input tokens of a request. In tokens. Example: 1000."
    help(4) = "Output tokens of a request. In tokens. Example: 1000."
    help(5) = "Tokens per second that each user gets at least. In tokens/s. Example: 30."
    help(6) = "Longest mean wait for the first token, in seconds, the queue included. In s. Example: 2."
    help(7) = "Output tokens served on an average day, in place of requests. In tokens. Example: ""1B""."
    help(8) = "Number format of the weights by its usual name, such as ""fp8"", ""Q4_K_M"", ""AWQ"" or ""4.25bpw"". Example: ""bf16"" or ""Q4_K_M""."
    help(9) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(10) = "People who use it on an average day, in place of requests. In users. Example: 10000."
    help(11) = "Tuning of the software: vendor-tuned (a chip maker's own), tuned (an open engine, set for the task) or default. One of vendor-tuned, tuned, default. Example: ""tuned""."
    Application.MacroOptions Macro:="CHEAPEST_SERVING", Description:="The cheapest way to serve a model: rented accelerators and hosted APIs ranked by cost, or one's own cards for one user.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function RENT_COST(gpu, Optional gpus, Optional hours, Optional term, Optional provider, Optional price_per_gpu_hour, Optional as_of, Optional cloud_credits) As Variant
    RENT_COST = Answered("RENT_COST", Array(gpu, gpus, hours, term, provider, price_per_gpu_hour, as_of, cloud_credits))
End Function
Private Sub Help_RENT_COST()
    Dim help(1 To 8) As String
    help(1) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(2) = "Number of accelerators, 0 for none. In GPUs. Example: 1024."
    help(3) = "Hours that each accelerator is rented, used or not; a month of 730 if left out. In hours. Example: 720 or ""3 weeks""."
    help(4) = "Rental term: on_demand, spot, or months such as 24 months; on demand if left out. One of on_demand, spot, reserved_1y, reserved_3y. Example: ""on_demand""."
    help(5) = "A provider (aws, lambda ...) or a class (neocloud, marketplace, hyperscaler); neoclouds if left out. Example: ""aws""."
    help(6) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(7) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(8) = "Credits of the provider that pay as much as they can; none if left out. In USD. Example: 100000 or ""$100k""."
    Application.MacroOptions Macro:="RENT_COST", Description:="What it costs to rent a number of accelerators for some time, such as 8 H100 for a month.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function PRICE_PATH(gpu, Optional months, Optional scenario, Optional term, Optional as_of, Optional price_per_gpu_hour) As Variant
    PRICE_PATH = Answered("PRICE_PATH", Array(gpu, months, scenario, term, as_of, price_per_gpu_hour))
End Function
Private Sub Help_PRICE_PATH()
    Dim help(1 To 6) As String
    help(1) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(2) = "Months from the day of `as_of`; 36 if left out. In months. Example: 36."
    help(3) = "How it goes on: trend, as rents change; flat; forward, as committed terms imply; own, your price by its days. One of trend, flat, forward, own. Example: ""flat""."
    help(4) = "Rental term: on_demand, spot, or months such as 24 months; on demand if left out. One of on_demand, spot, reserved_1y, reserved_3y. Example: ""on_demand""."
    help(5) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(6) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    Application.MacroOptions Macro:="PRICE_PATH", Description:="Rental price of an accelerator month by month from a day on, and its mean, in a scenario.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function RENT_OR_OWN(Optional gpu, Optional gpus, Optional months_used, Optional load, Optional rent_price, Optional purchase_price, Optional power_price, Optional years, Optional cost_of_capital, Optional residual, Optional as_of, Optional place, Optional rent_growth, Optional ramp_months, Optional delivery_months, Optional loan_share, Optional loan_rate, Optional tax_rate, Optional people) As Variant
    RENT_OR_OWN = Answered("RENT_OR_OWN", Array(gpu, gpus, months_used, load, rent_price, purchase_price, power_price, years, cost_of_capital, residual, as_of, place, rent_growth, ramp_months, delivery_months, loan_share, loan_rate, tax_rate, people))
End Function
Private Sub Help_RENT_OR_OWN()
    Dim help(1 To 19) As String
    help(1) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(2) = "Number of accelerators. In GPUs. Example: 1024."
    help(3) = "Months for which the accelerators are needed. In months. Example: 24."
    help(4) = "Share of the hours in which the owned accelerators are used. A share: 0.4 is 40%. Example: 0.7 or ""70%""."
    help(5) = "Rent of one accelerator for one hour of use. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(6) = "Price of one accelerator as bought in a server: the server, without switches, divided by its accelerators. In USD. Example: 35000 or ""$35,000""."
    help(7) = "Price of electricity; 0 where the rent of the space includes it. In USD per kWh. Example: 0.085."
    help(8) = "Useful life, after which the equipment is sold. In years. Example: 4."
    help(9) = "Yearly return that lenders and owners ask on the capital. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    help(10) = "Value at the end of the useful life divided by the price paid, or by age. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    help(11) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(12) = "Where owned accelerators stand; rented space in a data center if left out. One of data_center, own_hall, office, home. Example: ""office""."
    help(13) = "Yearly change of the rent, below 0 where rents fall; that of the market if left out, 0 where rent_price is given. A share: 0.4 is 40%. Example: -0.1 or ""-10%""."
    help(14) = "Months over which the load rises from nothing to `load`; none if left out. In months. Example: 12."
    help(15) = "Months between paying for the equipment and its first use, which bear interest; none if left out. In months. Example: 6."
    help(16) = "Part of the price that is borrowed (loan to value); none if left out. A share: 0.4 is 40%. Example: 0.6 or ""60%""."
    help(17) = "Yearly interest on what is borrowed. A share: 0.4 is 40%. Example: 0.11 or ""11%""."
    help(18) = "Tax on profit, which all costs and the loss in value lower; before tax if left out. A share: 0.4 is 40%. Example: 0.25 or ""25%""."
    help(19) = "People who run the equipment, in place of a share of its price. In people. Example: 0.5."
    Application.MacroOptions Macro:="RENT_OR_OWN", Description:="Cost of an owned accelerator per hour of use, the load and the month from which owning beats renting, and the chance that it does.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function WAYS_TO_PAY(Optional gpu, Optional gpus, Optional months_used, Optional load, Optional rent_price, Optional reserved_price, Optional purchase_price, Optional power_price, Optional years, Optional cost_of_capital, Optional residual, Optional as_of, Optional place, Optional rent_growth, Optional ramp_months, Optional delivery_months, Optional loan_share, Optional loan_rate, Optional tax_rate, Optional people) As Variant
    WAYS_TO_PAY = Answered("WAYS_TO_PAY", Array(gpu, gpus, months_used, load, rent_price, reserved_price, purchase_price, power_price, years, cost_of_capital, residual, as_of, place, rent_growth, ramp_months, delivery_months, loan_share, loan_rate, tax_rate, people))
End Function
Private Sub Help_WAYS_TO_PAY()
    Dim help(1 To 20) As String
    help(1) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(2) = "Number of accelerators. In GPUs. Example: 1024."
    help(3) = "Months for which the accelerators are needed. In months. Example: 24."
    help(4) = "Share of the hours in which the owned accelerators are used. A share: 0.4 is 40%. Example: 0.7 or ""70%""."
    help(5) = "Rent of one accelerator for one hour of use. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(6) = "Price of one accelerator for one hour, reserved for all the months; the market's with the usual discount if left out. In USD per GPU-hour. Example: 2.1 or ""$2.10""."
    help(7) = "Price of one accelerator as bought in a server: the server, without switches, divided by its accelerators. In USD. Example: 35000 or ""$35,000""."
    help(8) = "Price of electricity; 0 where the rent of the space includes it. In USD per kWh. Example: 0.085."
    help(9) = "Useful life, after which the equipment is sold. In years. Example: 4."
    help(10) = "Yearly return that lenders and owners ask on the capital. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    help(11) = "Value at the end of the useful life divided by the price paid, or by age. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    help(12) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(13) = "Where owned accelerators stand; rented space in a data center if left out. One of data_center, own_hall, office, home. Example: ""office""."
    help(14) = "Yearly change of the rent, below 0 where rents fall; that of the market if left out, 0 where rent_price is given. A share: 0.4 is 40%. Example: -0.1 or ""-10%""."
    help(15) = "Months over which the load rises from nothing to `load`; none if left out. In months. Example: 12."
    help(16) = "Months between paying for the equipment and its first use, which bear interest; none if left out. In months. Example: 6."
    help(17) = "Part of the price that is borrowed (loan to value); none if left out. A share: 0.4 is 40%. Example: 0.6 or ""60%""."
    help(18) = "Yearly interest on what is borrowed. A share: 0.4 is 40%. Example: 0.11 or ""11%""."
    help(19) = "Tax on profit, which all costs and the loss in value lower; before tax if left out. A share: 0.4 is 40%. Example: 0.25 or ""25%""."
    help(20) = "People who run the equipment, in place of a share of its price. In people. Example: 0.5."
    Application.MacroOptions Macro:="WAYS_TO_PAY", Description:="What an hour of use costs in each way to pay for accelerators, and the chance that each of them is the cheapest.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function CASH_FLOW(way, Optional gpu, Optional gpus, Optional months_used, Optional load, Optional rent_price, Optional purchase_price, Optional power_price, Optional years, Optional cost_of_capital, Optional residual, Optional as_of, Optional place, Optional rent_growth, Optional ramp_months, Optional delivery_months, Optional loan_share, Optional loan_rate, Optional tax_rate, Optional people) As Variant
    CASH_FLOW = Answered("CASH_FLOW", Array(way, gpu, gpus, months_used, load, rent_price, purchase_price, power_price, years, cost_of_capital, residual, as_of, place, rent_growth, ramp_months, delivery_months, loan_share, loan_rate, tax_rate, people))
End Function
Private Sub Help_CASH_FLOW()
    Dim help(1 To 20) As String
    help(1) = "How the accelerators are paid for: by the hour, reserved for the whole time, leased, new, on credit or used, or with a hall. One of rent, reserve, lease, buy, buy_on_credit, buy_used, build. Example: ""lease""."
    help(2) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(3) = "Number of accelerators. In GPUs. Example: 1024."
    help(4) = "Months for which the accelerators are needed. In months. Example: 24."
    help(5) = "Share of the hours in which the owned accelerators are used. A share: 0.4 is 40%. Example: 0.7 or ""70%""."
    help(6) = "Rent of one accelerator for one hour of use. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(7) = "Price of one accelerator as bought in a server: the server, without switches, divided by its accelerators. In USD. Example: 35000 or ""$35,000""."
    help(8) = "Price of electricity; 0 where the rent of the space includes it. In USD per kWh. Example: 0.085."
    help(9) = "Useful life, after which the equipment is sold. In years. Example: 4."
    help(10) = "Yearly return that lenders and owners ask on the capital. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    help(11) = "Value at the end of the useful life divided by the price paid, or by age. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    help(12) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(13) = "Where owned accelerators stand; rented space in a data center if left out. One of data_center, own_hall, office, home. Example: ""office""."
    help(14) = "Yearly change of the rent, below 0 where rents fall; that of the market if left out, 0 where rent_price is given. A share: 0.4 is 40%. Example: -0.1 or ""-10%""."
    help(15) = "Months over which the load rises from nothing to `load`; none if left out. In months. Example: 12."
    help(16) = "Months between paying for the equipment and its first use, which bear interest; none if left out. In months. Example: 6."
    help(17) = "Part of the price that is borrowed (loan to value); none if left out. A share: 0.4 is 40%. Example: 0.6 or ""60%""."
    help(18) = "Yearly interest on what is borrowed. A share: 0.4 is 40%. Example: 0.11 or ""11%""."
    help(19) = "Tax on profit, which all costs and the loss in value lower; before tax if left out. A share: 0.4 is 40%. Example: 0.25 or ""25%""."
    help(20) = "People who run the equipment, in place of a share of its price. In people. Example: 0.5."
    Application.MacroOptions Macro:="CASH_FLOW", Description:="What is paid month by month in one way to pay for accelerators, line by line.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function FLEET_COST(way, fleet, months_used, Optional load, Optional years, Optional cost_of_capital, Optional place, Optional as_of) As Variant
    FLEET_COST = Answered("FLEET_COST", Array(way, fleet, months_used, load, years, cost_of_capital, place, as_of))
End Function
Private Sub Help_FLEET_COST()
    Dim help(1 To 8) As String
    help(1) = "How the accelerators are paid for: by the hour, reserved for the whole time, leased, new, on credit or used, or with a hall. One of rent, reserve, lease, buy, buy_on_credit, buy_used, build. Example: ""lease""."
    help(2) = "Accelerators and from which month on they are there, the first month if not said. Example: ""64 H100; 32 B200 from 7""."
    help(3) = "Months for which the accelerators are needed. In months. Example: 24."
    help(4) = "Share of the hours in which the owned accelerators are used. A share: 0.4 is 40%. Example: 0.7 or ""70%""."
    help(5) = "Useful life, after which the equipment is sold. In years. Example: 4."
    help(6) = "Yearly return that lenders and owners ask on the capital. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    help(7) = "Where owned accelerators stand; rented space in a data center if left out. One of data_center, own_hall, office, home. Example: ""office""."
    help(8) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    Application.MacroOptions Macro:="FLEET_COST", Description:="What an hour of use costs in a fleet of several accelerators that come at different times, and its payments month by month.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function CLUSTER_CAPEX(Optional mw, Optional gpu, Optional gpus, Optional purchase_price, Optional hall, Optional years, Optional cost_of_capital, Optional residual, Optional as_of) As Variant
    CLUSTER_CAPEX = Answered("CLUSTER_CAPEX", Array(mw, gpu, gpus, purchase_price, hall, years, cost_of_capital, residual, as_of))
End Function
Private Sub Help_CLUSTER_CAPEX()
    Dim help(1 To 9) As String
    help(1) = "Power of the whole site at most, cooling included; or give gpus. In MW. Example: 100."
    help(2) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(3) = "Number of accelerators. In GPUs. Example: 1024."
    help(4) = "Price of one accelerator as bought in a server: the server, without switches, divided by its accelerators. In USD. Example: 35000 or ""$35,000""."
    help(5) = "Whether the building is put up too, or space for the cluster is rented. One of built, rented. Example: ""rented""."
    help(6) = "Useful life, after which the equipment is sold. In years. Example: 4."
    help(7) = "Yearly return that lenders and owners ask on the capital. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    help(8) = "Value at the end of the useful life divided by the price paid, or by age. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    help(9) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    Application.MacroOptions Macro:="CLUSTER_CAPEX", Description:="What it costs to put up a cluster of so many accelerators or megawatts: servers, network, storage, building.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function ENERGY_USE(Optional gpu, Optional gpus, Optional hours, Optional load, Optional work, Optional params, Optional tokens, Optional grid, Optional place, Optional power_price, Optional pue, Optional input_tokens, Optional output_tokens, Optional grid_carbon) As Variant
    ENERGY_USE = Answered("ENERGY_USE", Array(gpu, gpus, hours, load, work, params, tokens, grid, place, power_price, pue, input_tokens, output_tokens, grid_carbon))
End Function
Private Sub Help_ENERGY_USE()
    Dim help(1 To 14) As String
    help(1) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(2) = "Number of accelerators, 0 for none. In GPUs. Example: 1024."
    help(3) = "Hours of accelerators of your own, at rest or at work; a month of 730 if left out. In hours. Example: 720 or ""3 weeks""."
    help(4) = "Share of the hours in which the accelerators work. A share: 0.4 is 40%. Example: 0.7 or ""70%""."
    help(5) = "What the energy is for: training a model, serving it, or accelerators of your own; those if left out. One of training, serving, accelerators. Example: ""serving""."
    help(6) = "Model that is trained or served, by its parameter count or its name; none for accelerators. In parameters. Example: ""70B"" or ""GPT-3""."
    help(7) = "Training tokens, or the output tokens that are served. In tokens. Example: 300e9 or ""300B""."
    help(8) = "Where the electricity is from: a country or a region; the world's average if left out. Example: ""Germany""."
    help(9) = "Where owned accelerators stand; rented space in a data center if left out. One of data_center, own_hall, office, home. Example: ""office""."
    help(10) = "Price of electricity; 0 where the rent of the space includes it. In USD per kWh. Example: 0.085."
    help(11) = "Power usage effectiveness: energy of the whole facility divided by that of its computers. Example: 1.1."
    help(12) = "Input tokens of a request. In tokens. Example: 1000."
    help(13) = "Output tokens of a request. In tokens. Example: 1000."
    help(14) = "CO2e of the electricity, in place of the average of a grid; 0 where it has none. In g CO2e per kWh. Example: 50."
    Application.MacroOptions Macro:="ENERGY_USE", Description:="Electricity that training, serving or owned accelerators take, what it costs, its CO2 by grid, and water.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function RESERVE_OR_RENT(months_used, months_reserved, Optional gpus, Optional gpu, Optional on_demand_price, Optional reserved_price, Optional as_of, Optional resale_price, Optional prepaid_share, Optional cost_of_capital) As Variant
    RESERVE_OR_RENT = Answered("RESERVE_OR_RENT", Array(months_used, months_reserved, gpus, gpu, on_demand_price, reserved_price, as_of, resale_price, prepaid_share, cost_of_capital))
End Function
Private Sub Help_RESERVE_OR_RENT()
    Dim help(1 To 10) As String
    help(1) = "Months for which the accelerators are needed. In months. Example: 24."
    help(2) = "Months for which the accelerators are reserved and paid, used or not. In months. Example: 24."
    help(3) = "Number of accelerators. In GPUs. Example: 1024."
    help(4) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(5) = "Price of one accelerator for one hour, on demand; where only one of the two prices is given, both are the same. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(6) = "Price of one accelerator for one hour, reserved; where only one of the two prices is given, both are the same. In USD per GPU-hour. Example: 1.75 or ""$1.75""."
    help(7) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(8) = "What an idle reserved hour earns when it is resold; nothing if left out. In USD per GPU-hour. Example: 1 or ""$1""."
    help(9) = "Share of the reservation that is paid on the first day instead of monthly, with interest; none if left out. A share: 0.4 is 40%. Example: 0.25 or ""25%""."
    help(10) = "Yearly return that lenders and owners ask on the capital. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    Application.MacroOptions Macro:="RESERVE_OR_RENT", Description:="How many times what the months of use cost on demand a reservation costs, used or idle, and when it pays off.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function API_COST(model, Optional input_tokens, Optional output_tokens, Optional as_of, Optional requests, Optional cached_tokens, Optional cache_writes, Optional thinking_tokens, Optional service, Optional provider, Optional cache_writes_1h, Optional audio_input_tokens, Optional audio_output_tokens, Optional image_input_tokens, Optional image_output_tokens) As Variant
    API_COST = Answered("API_COST", Array(model, input_tokens, output_tokens, as_of, requests, cached_tokens, cache_writes, thinking_tokens, service, provider, cache_writes_1h, audio_input_tokens, audio_output_tokens, image_input_tokens, image_output_tokens))
End Function
Private Sub Help_API_COST()
    Dim help(1 To 15) As String
    help(1) = "A model that a hosted API offers. Example: ""gpt-4o""."
    help(2) = "Tokens sent, cached ones among them: of one request with `requests`, else of all; a million if left out. In tokens. Example: 1000 or ""1M""."
    help(3) = "Tokens received, with the thinking tokens unless these are given apart; a million if left out. In tokens. Example: 1000 or ""1M""."
    help(4) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(5) = "Requests of so many tokens each; left out, these are a total. In requests. Example: 1000."
    help(6) = "Of the tokens sent, those read from the cache. In tokens. Example: 8000 or ""80%""."
    help(7) = "Of the tokens sent, those written to the cache for 5 minutes. In tokens. Example: 2000 or ""10%""."
    help(8) = "Thinking tokens on top of the tokens received; a share is one of these. In tokens. Example: 5000."
    help(9) = "How fast the host answers; standard if left out. One of standard, batch, flex, priority, fast. Example: ""batch""."
    help(10) = "The host whose price counts; its maker's if left out, else the median of all hosts. Example: ""Azure""."
    help(11) = "Of the tokens sent, those written to the cache for an hour. In tokens. Example: 2000 or ""10%""."
    help(12) = "Tokens of sound that is sent, on top of the other tokens. In tokens. Example: 5000."
    help(13) = "Tokens of sound that comes back, on top of the other tokens. In tokens. Example: 5000."
    help(14) = "Tokens of pictures that are sent, where the host bills them apart from text, on top of the other tokens. In tokens. Example: 5000."
    help(15) = "Tokens of pictures that come back, on top of the other tokens. In tokens. Example: 5000."
    Application.MacroOptions Macro:="API_COST", Description:="What a hosted API charges for a number of tokens.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function AGENT_COST(model, Optional tasks, Optional turns, Optional first_context, Optional growth_per_turn, Optional output_per_turn, Optional cached, Optional success_rate, Optional service, Optional provider, Optional as_of) As Variant
    AGENT_COST = Answered("AGENT_COST", Array(model, tasks, turns, first_context, growth_per_turn, output_per_turn, cached, success_rate, service, provider, as_of))
End Function
Private Sub Help_AGENT_COST()
    Dim help(1 To 11) As String
    help(1) = "A model that a hosted API offers. Example: ""gpt-4o""."
    help(2) = "Tasks that are to be done; one if left out. In tasks. Example: 500."
    help(3) = "Requests of one attempt at a task. In requests. Example: 50."
    help(4) = "Tokens of the first request: instructions, tools, task. In tokens. Example: 10000."
    help(5) = "Tokens that each turn adds to the context: its answer, results of tools. In tokens. Example: 2000."
    help(6) = "Tokens written in a turn, with thinking. In tokens. Example: 600."
    help(7) = "Share of what is read again that comes from the cache. A share: 0.4 is 40%. Example: 0.9 or ""90%""."
    help(8) = "Share of attempts that do the task; the others are tried again. 1 if left out. A share: 0.4 is 40%. Example: 0.7."
    help(9) = "How fast the host answers; standard if left out. One of standard, batch, flex, priority, fast. Example: ""batch""."
    help(10) = "The host whose price counts; its maker's if left out, else the median of all hosts. Example: ""Azure""."
    help(11) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    Application.MacroOptions Macro:="AGENT_COST", Description:="What tasks cost that an agent does through a hosted API, which reads its context again in every turn.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function SELF_HOST_OR_API(model, Optional own_model, Optional gpu, Optional requests_per_day, Optional input_tokens, Optional output_tokens, Optional cached, Optional min_tokens_per_second, Optional as_of, Optional price_per_gpu_hour, Optional input_price, Optional output_price, Optional cache_read_price) As Variant
    SELF_HOST_OR_API = Answered("SELF_HOST_OR_API", Array(model, own_model, gpu, requests_per_day, input_tokens, output_tokens, cached, min_tokens_per_second, as_of, price_per_gpu_hour, input_price, output_price, cache_read_price))
End Function
Private Sub Help_SELF_HOST_OR_API()
    Dim help(1 To 13) As String
    help(1) = "A model that a hosted API offers. Example: ""gpt-4o""."
    help(2) = "Open model to host instead; the API's own where its weights are released. In parameters. Example: ""Llama 3.3 70B""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Requests on an average day. In requests. Example: 100000."
    help(5) = "Input tokens of a request. In tokens. Example: 1000."
    help(6) = "Output tokens of a request. In tokens. Example: 1000."
    help(7) = "Share of the input that comes from the cache, of the API and of the own fleet; 0 if left out. A share: 0.4 is 40%. Example: 0.5."
    help(8) = "Tokens per second that each user gets at least. In tokens/s. Example: 30."
    help(9) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(10) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(11) = "Your own price of the API's input; its tariff's if left out. In USD per million tokens. Example: 2.5."
    help(12) = "Your own price of the API's output; its tariff's if left out. In USD per million tokens. Example: 10."
    help(13) = "Your own price of the API's input from the cache; its tariff's if left out. In USD per million tokens. Example: 0.25."
    Application.MacroOptions Macro:="SELF_HOST_OR_API", Description:="What a fleet of one's own costs a month, beside the bill of a hosted API for the same requests.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function EMBED_COST(documents, Optional tokens_per_document, Optional model, Optional chunk_tokens, Optional overlap, Optional queries_per_month, Optional tokens_per_query, Optional dimensions, Optional own_model, Optional gpu, Optional service, Optional provider, Optional as_of) As Variant
    EMBED_COST = Answered("EMBED_COST", Array(documents, tokens_per_document, model, chunk_tokens, overlap, queries_per_month, tokens_per_query, dimensions, own_model, gpu, service, provider, as_of))
End Function
Private Sub Help_EMBED_COST()
    Dim help(1 To 13) As String
    help(1) = "Documents to be embedded. In documents. Example: 100000."
    help(2) = "Tokens of one document. In tokens. Example: 1000."
    help(3) = "An embedding model that a hosted API offers. Example: ""text-embedding-3-small""."
    help(4) = "Tokens of one chunk, which becomes one vector. In tokens. Example: 512."
    help(5) = "Share of a chunk that the next one repeats. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    help(6) = "Questions a month; none if left out. In queries. Example: 100000."
    help(7) = "Tokens of one question. In tokens. Example: 30."
    help(8) = "Numbers of one vector. In elements. Example: 1536."
    help(9) = "Open embedding model to run on one's own chip instead, by size. In parameters. Example: ""600M""."
    help(10) = "Accelerator that own_model runs on, such as ""L4"". Example: ""L4""."
    help(11) = "How fast the host answers; standard if left out. One of standard, batch, flex, priority, fast. Example: ""batch""."
    help(12) = "The host whose price counts; its maker's if left out, else the median of all hosts. Example: ""Azure""."
    help(13) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    Application.MacroOptions Macro:="EMBED_COST", Description:="What embedding a collection once costs; among the values, what its index and its questions cost a month.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function SPEECH_COST(params, Optional audio_hours, Optional gpu, Optional gpus, Optional price_per_gpu_hour, Optional batch, Optional load, Optional level, Optional as_of) As Variant
    SPEECH_COST = Answered("SPEECH_COST", Array(params, audio_hours, gpu, gpus, price_per_gpu_hour, batch, load, level, as_of))
End Function
Private Sub Help_SPEECH_COST()
    Dim help(1 To 9) As String
    help(1) = "A speech model's name; of a bare count the speed is not known. In parameters. Example: ""Whisper large-v3""."
    help(2) = "Hours of sound to be transcribed. In h. Example: 100."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Number of accelerators. In GPUs. Example: 1024."
    help(5) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(6) = "Windows of 30 seconds that one accelerator reads at once. In windows. Example: 16."
    help(7) = "Share of the paid hours in which there is work; all of them if left out. A share: 0.4 is 40%. Example: 0.5 or ""50%""."
    help(8) = "Tuning of the software: vendor-tuned (a chip maker's own), tuned (an open engine, set for the task) or default. One of vendor-tuned, tuned, default. Example: ""tuned""."
    help(9) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    Application.MacroOptions Macro:="SPEECH_COST", Description:="What transcribing recordings costs on rented accelerators, with how many seconds of sound they read in a second.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function GPU_FACT(gpu, field) As Variant
    GPU_FACT = Answered("GPU_FACT", Array(gpu, field))
End Function
Private Sub Help_GPU_FACT()
    Dim help(1 To 2) As String
    help(1) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(2) = "Fact to look up. One of memory, memory_reported, memory_bandwidth, peak_fp32, peak_tf32, peak_fp16, peak_bf16, peak_fp8, peak_int8, peak_fp4, link_bandwidth, network, power, purchase_price, vendor, generation, released, name. Example: ""memory""."
    Application.MacroOptions Macro:="GPU_FACT", Description:="One fact of an accelerator, such as its memory or its dense peak, with its source.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function MODEL_FACT(model, field) As Variant
    MODEL_FACT = Answered("MODEL_FACT", Array(model, field))
End Function
Private Sub Help_MODEL_FACT()
    Dim help(1 To 2) As String
    help(1) = "Model, such as ""GPT-3"" or ""Llama 3 70B"". Example: ""GPT-3""."
    help(2) = "Fact to look up. One of params, active_params, tokens, seq_len, max_context, layers, hidden, heads, kv_heads, ffn, vocab, experts, kind, organization, license, released, name. Example: ""tokens""."
    Application.MacroOptions Macro:="MODEL_FACT", Description:="One fact of a model, such as its training tokens or its layers, with its source.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function ASSUMPTION(name) As Variant
    ASSUMPTION = Answered("ASSUMPTION", Array(name))
End Function
Private Sub Help_ASSUMPTION()
    Dim help(1 To 1) As String
    help(1) = "The name. Example: ""hours_per_month""."
    Application.MacroOptions Macro:="ASSUMPTION", Description:="A default or constant that the estimates use, with its range and source.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function SOURCE(id) As Variant
    SOURCE = Answered("SOURCE", Array(id))
End Function
Private Sub Help_SOURCE()
    Dim help(1 To 1) As String
    help(1) = "The id of a source. Example: ""epoch-hardware""."
    Application.MacroOptions Macro:="SOURCE", Description:="The source behind an id: title, publisher, address, date and license.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function COST_VERSION() As Variant
    COST_VERSION = Answered("COST_VERSION", Array())
End Function
Private Sub Help_COST_VERSION()
    Application.MacroOptions Macro:="COST_VERSION", Description:="The version of this package; the estimates of one version and one as_of never change.", Category:="Compute Cost"
End Sub

Public Function COST_FIND(kind, text) As Variant
    COST_FIND = Answered("COST_FIND", Array(kind, text))
End Function
Private Sub Help_COST_FIND()
    Dim help(1 To 2) As String
    help(1) = "What to search. One of gpu, model, assumption, source, estimate. Example: ""model""."
    help(2) = "Part of a name. Example: ""llama""."
    Application.MacroOptions Macro:="COST_FIND", Description:="Search by part of a name or by everyday words: accelerators, models, assumptions, sources or estimates.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function EXPLAIN(name, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7, Optional a8, Optional a9, Optional a10, Optional a11, Optional a12, Optional a13, Optional a14, Optional a15, Optional a16, Optional a17, Optional a18, Optional a19, Optional a20, Optional a21, Optional a22) As Variant
    EXPLAIN = Answered("EXPLAIN", Array(name, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22))
End Function
Private Sub Help_EXPLAIN()
    Dim help(1 To 23) As String
    help(1) = "The name of an estimate. Example: ""TRAIN_COST""."
    help(2) = "Argument passed on to the estimate, in its own order."
    help(3) = "Argument passed on to the estimate, in its own order."
    help(4) = "Argument passed on to the estimate, in its own order."
    help(5) = "Argument passed on to the estimate, in its own order."
    help(6) = "Argument passed on to the estimate, in its own order."
    help(7) = "Argument passed on to the estimate, in its own order."
    help(8) = "Argument passed on to the estimate, in its own order."
    help(9) = "Argument passed on to the estimate, in its own order."
    help(10) = "Argument passed on to the estimate, in its own order."
    help(11) = "Argument passed on to the estimate, in its own order."
    help(12) = "Argument passed on to the estimate, in its own order."
    help(13) = "Argument passed on to the estimate, in its own order."
    help(14) = "Argument passed on to the estimate, in its own order."
    help(15) = "Argument passed on to the estimate, in its own order."
    help(16) = "Argument passed on to the estimate, in its own order."
    help(17) = "Argument passed on to the estimate, in its own order."
    help(18) = "Argument passed on to the estimate, in its own order."
    help(19) = "Argument passed on to the estimate, in its own order."
    help(20) = "Argument passed on to the estimate, in its own order."
    help(21) = "Argument passed on to the estimate, in its own order."
    help(22) = "Argument passed on to the estimate, in its own order."
    help(23) = "Argument passed on to the estimate, in its own order."
    Application.MacroOptions Macro:="EXPLAIN", Description:="How an estimate was reached: each step, input, warning and source as one row, and what each uncertain input does.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function ESTIMATE_RANGE(name, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7, Optional a8, Optional a9, Optional a10, Optional a11, Optional a12, Optional a13, Optional a14, Optional a15, Optional a16, Optional a17, Optional a18, Optional a19, Optional a20, Optional a21, Optional a22) As Variant
    ESTIMATE_RANGE = Answered("ESTIMATE_RANGE", Array(name, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22))
End Function
Private Sub Help_ESTIMATE_RANGE()
    Dim help(1 To 23) As String
    help(1) = "The name of an estimate. Example: ""TRAIN_COST""."
    help(2) = "Argument passed on to the estimate, in its own order."
    help(3) = "Argument passed on to the estimate, in its own order."
    help(4) = "Argument passed on to the estimate, in its own order."
    help(5) = "Argument passed on to the estimate, in its own order."
    help(6) = "Argument passed on to the estimate, in its own order."
    help(7) = "Argument passed on to the estimate, in its own order."
    help(8) = "Argument passed on to the estimate, in its own order."
    help(9) = "Argument passed on to the estimate, in its own order."
    help(10) = "Argument passed on to the estimate, in its own order."
    help(11) = "Argument passed on to the estimate, in its own order."
    help(12) = "Argument passed on to the estimate, in its own order."
    help(13) = "Argument passed on to the estimate, in its own order."
    help(14) = "Argument passed on to the estimate, in its own order."
    help(15) = "Argument passed on to the estimate, in its own order."
    help(16) = "Argument passed on to the estimate, in its own order."
    help(17) = "Argument passed on to the estimate, in its own order."
    help(18) = "Argument passed on to the estimate, in its own order."
    help(19) = "Argument passed on to the estimate, in its own order."
    help(20) = "Argument passed on to the estimate, in its own order."
    help(21) = "Argument passed on to the estimate, in its own order."
    help(22) = "Argument passed on to the estimate, in its own order."
    help(23) = "Argument passed on to the estimate, in its own order."
    Application.MacroOptions Macro:="ESTIMATE_RANGE", Description:="An estimate with its 80% interval, unit and sources, as a header and one row.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function ESTIMATE_TABLE(name, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7, Optional a8, Optional a9, Optional a10, Optional a11, Optional a12, Optional a13, Optional a14, Optional a15, Optional a16, Optional a17, Optional a18, Optional a19, Optional a20, Optional a21, Optional a22) As Variant
    ESTIMATE_TABLE = Answered("ESTIMATE_TABLE", Array(name, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22))
End Function
Private Sub Help_ESTIMATE_TABLE()
    Dim help(1 To 23) As String
    help(1) = "The name of an estimate. Example: ""TRAIN_COST""."
    help(2) = "Argument passed on to the estimate, in its own order."
    help(3) = "Argument passed on to the estimate, in its own order."
    help(4) = "Argument passed on to the estimate, in its own order."
    help(5) = "Argument passed on to the estimate, in its own order."
    help(6) = "Argument passed on to the estimate, in its own order."
    help(7) = "Argument passed on to the estimate, in its own order."
    help(8) = "Argument passed on to the estimate, in its own order."
    help(9) = "Argument passed on to the estimate, in its own order."
    help(10) = "Argument passed on to the estimate, in its own order."
    help(11) = "Argument passed on to the estimate, in its own order."
    help(12) = "Argument passed on to the estimate, in its own order."
    help(13) = "Argument passed on to the estimate, in its own order."
    help(14) = "Argument passed on to the estimate, in its own order."
    help(15) = "Argument passed on to the estimate, in its own order."
    help(16) = "Argument passed on to the estimate, in its own order."
    help(17) = "Argument passed on to the estimate, in its own order."
    help(18) = "Argument passed on to the estimate, in its own order."
    help(19) = "Argument passed on to the estimate, in its own order."
    help(20) = "Argument passed on to the estimate, in its own order."
    help(21) = "Argument passed on to the estimate, in its own order."
    help(22) = "Argument passed on to the estimate, in its own order."
    help(23) = "Argument passed on to the estimate, in its own order."
    Application.MacroOptions Macro:="ESTIMATE_TABLE", Description:="The table of an estimate that has one: quotes behind a price, cash flows, months of a runway, stocks of text, later years.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function ESTIMATE_VALUE(name, figure, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7, Optional a8, Optional a9, Optional a10, Optional a11, Optional a12, Optional a13, Optional a14, Optional a15, Optional a16, Optional a17, Optional a18, Optional a19, Optional a20, Optional a21, Optional a22) As Variant
    ESTIMATE_VALUE = Answered("ESTIMATE_VALUE", Array(name, figure, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22))
End Function
Private Sub Help_ESTIMATE_VALUE()
    Dim help(1 To 24) As String
    help(1) = "The name of an estimate. Example: ""TRAIN_COST""."
    help(2) = "The name of one of the estimate's figures, or of its own value. Example: ""break_even_month""."
    help(3) = "Argument passed on to the estimate, in its own order."
    help(4) = "Argument passed on to the estimate, in its own order."
    help(5) = "Argument passed on to the estimate, in its own order."
    help(6) = "Argument passed on to the estimate, in its own order."
    help(7) = "Argument passed on to the estimate, in its own order."
    help(8) = "Argument passed on to the estimate, in its own order."
    help(9) = "Argument passed on to the estimate, in its own order."
    help(10) = "Argument passed on to the estimate, in its own order."
    help(11) = "Argument passed on to the estimate, in its own order."
    help(12) = "Argument passed on to the estimate, in its own order."
    help(13) = "Argument passed on to the estimate, in its own order."
    help(14) = "Argument passed on to the estimate, in its own order."
    help(15) = "Argument passed on to the estimate, in its own order."
    help(16) = "Argument passed on to the estimate, in its own order."
    help(17) = "Argument passed on to the estimate, in its own order."
    help(18) = "Argument passed on to the estimate, in its own order."
    help(19) = "Argument passed on to the estimate, in its own order."
    help(20) = "Argument passed on to the estimate, in its own order."
    help(21) = "Argument passed on to the estimate, in its own order."
    help(22) = "Argument passed on to the estimate, in its own order."
    help(23) = "Argument passed on to the estimate, in its own order."
    help(24) = "Argument passed on to the estimate, in its own order."
    Application.MacroOptions Macro:="ESTIMATE_VALUE", Description:="One figure of an estimate by its name: estimate_value(""RENT_OR_OWN"", ""break_even_month"", ""H100"", 8).", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function ESTIMATE_LOW(name, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7, Optional a8, Optional a9, Optional a10, Optional a11, Optional a12, Optional a13, Optional a14, Optional a15, Optional a16, Optional a17, Optional a18, Optional a19, Optional a20, Optional a21, Optional a22) As Variant
    ESTIMATE_LOW = Answered("ESTIMATE_LOW", Array(name, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22))
End Function
Private Sub Help_ESTIMATE_LOW()
    Dim help(1 To 23) As String
    help(1) = "The name of an estimate. Example: ""TRAIN_COST""."
    help(2) = "Argument passed on to the estimate, in its own order."
    help(3) = "Argument passed on to the estimate, in its own order."
    help(4) = "Argument passed on to the estimate, in its own order."
    help(5) = "Argument passed on to the estimate, in its own order."
    help(6) = "Argument passed on to the estimate, in its own order."
    help(7) = "Argument passed on to the estimate, in its own order."
    help(8) = "Argument passed on to the estimate, in its own order."
    help(9) = "Argument passed on to the estimate, in its own order."
    help(10) = "Argument passed on to the estimate, in its own order."
    help(11) = "Argument passed on to the estimate, in its own order."
    help(12) = "Argument passed on to the estimate, in its own order."
    help(13) = "Argument passed on to the estimate, in its own order."
    help(14) = "Argument passed on to the estimate, in its own order."
    help(15) = "Argument passed on to the estimate, in its own order."
    help(16) = "Argument passed on to the estimate, in its own order."
    help(17) = "Argument passed on to the estimate, in its own order."
    help(18) = "Argument passed on to the estimate, in its own order."
    help(19) = "Argument passed on to the estimate, in its own order."
    help(20) = "Argument passed on to the estimate, in its own order."
    help(21) = "Argument passed on to the estimate, in its own order."
    help(22) = "Argument passed on to the estimate, in its own order."
    help(23) = "Argument passed on to the estimate, in its own order."
    Application.MacroOptions Macro:="ESTIMATE_LOW", Description:="The low end of an estimate's 80% range: estimate_low(""TRAIN_COST"", ""GPT-3"",, ""A100"").", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function ESTIMATE_HIGH(name, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7, Optional a8, Optional a9, Optional a10, Optional a11, Optional a12, Optional a13, Optional a14, Optional a15, Optional a16, Optional a17, Optional a18, Optional a19, Optional a20, Optional a21, Optional a22) As Variant
    ESTIMATE_HIGH = Answered("ESTIMATE_HIGH", Array(name, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22))
End Function
Private Sub Help_ESTIMATE_HIGH()
    Dim help(1 To 23) As String
    help(1) = "The name of an estimate. Example: ""TRAIN_COST""."
    help(2) = "Argument passed on to the estimate, in its own order."
    help(3) = "Argument passed on to the estimate, in its own order."
    help(4) = "Argument passed on to the estimate, in its own order."
    help(5) = "Argument passed on to the estimate, in its own order."
    help(6) = "Argument passed on to the estimate, in its own order."
    help(7) = "Argument passed on to the estimate, in its own order."
    help(8) = "Argument passed on to the estimate, in its own order."
    help(9) = "Argument passed on to the estimate, in its own order."
    help(10) = "Argument passed on to the estimate, in its own order."
    help(11) = "Argument passed on to the estimate, in its own order."
    help(12) = "Argument passed on to the estimate, in its own order."
    help(13) = "Argument passed on to the estimate, in its own order."
    help(14) = "Argument passed on to the estimate, in its own order."
    help(15) = "Argument passed on to the estimate, in its own order."
    help(16) = "Argument passed on to the estimate, in its own order."
    help(17) = "Argument passed on to the estimate, in its own order."
    help(18) = "Argument passed on to the estimate, in its own order."
    help(19) = "Argument passed on to the estimate, in its own order."
    help(20) = "Argument passed on to the estimate, in its own order."
    help(21) = "Argument passed on to the estimate, in its own order."
    help(22) = "Argument passed on to the estimate, in its own order."
    help(23) = "Argument passed on to the estimate, in its own order."
    Application.MacroOptions Macro:="ESTIMATE_HIGH", Description:="The high end of an estimate's 80% range: estimate_high(""TRAIN_COST"", ""GPT-3"",, ""A100"").", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function COST_WARNINGS(name, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7, Optional a8, Optional a9, Optional a10, Optional a11, Optional a12, Optional a13, Optional a14, Optional a15, Optional a16, Optional a17, Optional a18, Optional a19, Optional a20, Optional a21, Optional a22) As Variant
    COST_WARNINGS = Answered("COST_WARNINGS", Array(name, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22))
End Function
Private Sub Help_COST_WARNINGS()
    Dim help(1 To 23) As String
    help(1) = "The name of an estimate. Example: ""TRAIN_COST""."
    help(2) = "Argument passed on to the estimate, in its own order."
    help(3) = "Argument passed on to the estimate, in its own order."
    help(4) = "Argument passed on to the estimate, in its own order."
    help(5) = "Argument passed on to the estimate, in its own order."
    help(6) = "Argument passed on to the estimate, in its own order."
    help(7) = "Argument passed on to the estimate, in its own order."
    help(8) = "Argument passed on to the estimate, in its own order."
    help(9) = "Argument passed on to the estimate, in its own order."
    help(10) = "Argument passed on to the estimate, in its own order."
    help(11) = "Argument passed on to the estimate, in its own order."
    help(12) = "Argument passed on to the estimate, in its own order."
    help(13) = "Argument passed on to the estimate, in its own order."
    help(14) = "Argument passed on to the estimate, in its own order."
    help(15) = "Argument passed on to the estimate, in its own order."
    help(16) = "Argument passed on to the estimate, in its own order."
    help(17) = "Argument passed on to the estimate, in its own order."
    help(18) = "Argument passed on to the estimate, in its own order."
    help(19) = "Argument passed on to the estimate, in its own order."
    help(20) = "Argument passed on to the estimate, in its own order."
    help(21) = "Argument passed on to the estimate, in its own order."
    help(22) = "Argument passed on to the estimate, in its own order."
    help(23) = "Argument passed on to the estimate, in its own order."
    Application.MacroOptions Macro:="COST_WARNINGS", Description:="What has to be known before an estimate is used, as one text: cost_warnings(""TRAIN_COST"", ""GPT-3"",, ""A100"").", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function COST_WHY(name, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7, Optional a8, Optional a9, Optional a10, Optional a11, Optional a12, Optional a13, Optional a14, Optional a15, Optional a16, Optional a17, Optional a18, Optional a19, Optional a20, Optional a21, Optional a22) As Variant
    If IsErrorCell(name) Then
        COST_WHY = WordsFor(name)
        Exit Function
    End If
    COST_WHY = Answered("COST_WHY", Array(name, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22))
End Function
Private Sub Help_COST_WHY()
    Dim help(1 To 23) As String
    help(1) = "The name of an estimate. Example: ""TRAIN_COST""."
    help(2) = "Argument passed on to the estimate, in its own order."
    help(3) = "Argument passed on to the estimate, in its own order."
    help(4) = "Argument passed on to the estimate, in its own order."
    help(5) = "Argument passed on to the estimate, in its own order."
    help(6) = "Argument passed on to the estimate, in its own order."
    help(7) = "Argument passed on to the estimate, in its own order."
    help(8) = "Argument passed on to the estimate, in its own order."
    help(9) = "Argument passed on to the estimate, in its own order."
    help(10) = "Argument passed on to the estimate, in its own order."
    help(11) = "Argument passed on to the estimate, in its own order."
    help(12) = "Argument passed on to the estimate, in its own order."
    help(13) = "Argument passed on to the estimate, in its own order."
    help(14) = "Argument passed on to the estimate, in its own order."
    help(15) = "Argument passed on to the estimate, in its own order."
    help(16) = "Argument passed on to the estimate, in its own order."
    help(17) = "Argument passed on to the estimate, in its own order."
    help(18) = "Argument passed on to the estimate, in its own order."
    help(19) = "Argument passed on to the estimate, in its own order."
    help(20) = "Argument passed on to the estimate, in its own order."
    help(21) = "Argument passed on to the estimate, in its own order."
    help(22) = "Argument passed on to the estimate, in its own order."
    help(23) = "Argument passed on to the estimate, in its own order."
    Application.MacroOptions Macro:="COST_WHY", Description:="Why a call has no answer, in words: cost_why(""TRAIN_COST"", ""GPT-33"",, ""A100"").", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function COMPUTE_SHARE(capital_raised, compute_per_month, other_per_month, Optional revenue_per_month, Optional compute_growth, Optional other_growth, Optional revenue_growth, Optional rounds, Optional users, Optional price_per_user, Optional tokens_per_user, Optional token_cost, Optional user_growth, Optional start) As Variant
    COMPUTE_SHARE = Answered("COMPUTE_SHARE", Array(capital_raised, compute_per_month, other_per_month, revenue_per_month, compute_growth, other_growth, revenue_growth, rounds, users, price_per_user, tokens_per_user, token_cost, user_growth, start))
End Function
Private Sub Help_COMPUTE_SHARE()
    Dim help(1 To 14) As String
    help(1) = "Capital raised, as cash at the start. In USD. Example: 50e6 or ""$50M""."
    help(2) = "Spending on compute in the first month; 0 for none. In USD. Example: 4e6 or ""$4M""."
    help(3) = "All other spending in the first month: staff, offices, data; 0 for none. In USD. Example: 1e6 or ""$1M""."
    help(4) = "Revenue of the first month; none if left out. In USD. Example: ""$200,000""."
    help(5) = "Growth of the spending on compute each month, may be negative; 0 if left out. A share: 0.4 is 40%. Example: 0.05 or ""5%""."
    help(6) = "Growth of the other spending each month, may be negative; 0 if left out. A share: 0.4 is 40%. Example: 0.05 or ""5%""."
    help(7) = "Growth of revenue each month, may be negative; 0 if left out. A share: 0.4 is 40%. Example: 0.05 or ""5%""."
    help(8) = "Later rounds of capital, each with its month or date; none if left out. Example: ""$20M at month 7; $100M at 2028-03""."
    help(9) = "Paying users in the first month; none if left out. In users. Example: 10000."
    help(10) = "What a user pays. In USD per user and month. Example: 20 or ""$20""."
    help(11) = "Tokens that a user sends and gets. In tokens per user and month. Example: ""2M""."
    help(12) = "What a million of these tokens costs to serve, as infer_cost or api_cost gives it. In USD per million tokens. Example: 0.5."
    help(13) = "Growth of the users each month, may be negative; 0 if left out. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    help(14) = "Day on which month 1 begins; the catalogue's own date if left out. Example: ""2027-01""."
    Application.MacroOptions Macro:="COMPUTE_SHARE", Description:="Share of the capital raised that goes to compute, months until the money runs out, and spending month by month.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function RAISE_NEEDED(params, Optional tokens, Optional gpu, Optional gpus, Optional price_per_gpu_hour, Optional utilization, Optional trial_share, Optional failed_share, Optional months_reserved, Optional compute_share, Optional capital_raised, Optional as_of, Optional other_per_month, Optional months, Optional rounds, Optional users, Optional price_per_user, Optional tokens_per_user, Optional token_cost, Optional user_growth) As Variant
    RAISE_NEEDED = Answered("RAISE_NEEDED", Array(params, tokens, gpu, gpus, price_per_gpu_hour, utilization, trial_share, failed_share, months_reserved, compute_share, capital_raised, as_of, other_per_month, months, rounds, users, price_per_user, tokens_per_user, token_cost, user_growth))
End Function
Private Sub Help_RAISE_NEEDED()
    Dim help(1 To 20) As String
    help(1) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(2) = "Training tokens; may be left out for a model whose tokens are known. In tokens. Example: 300e9 or ""300B""."
    help(3) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(4) = "Number of accelerators. In GPUs. Example: 1024."
    help(5) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(6) = "Share of the chip's dense peak that the whole billed run reaches; predicted if left out, ""naive"" for untuned code. A share: 0.4 is 40%. Example: 0.4, ""40%"" or ""naive""."
    help(7) = "Hours of trial runs (sweeps of learning rate and batch size, ablations) over those of the final run, which may exceed 1. A share: 0.4 is 40%. Example: 0.5 (ten trials of a twentieth each) or ""50%""."
    help(8) = "Hours of failed runs that are thrown away, divided by those of the final run. A share: 0.4 is 40%. Example: 0.2 or ""20%""."
    help(9) = "Months for which the accelerators are reserved and paid, used or not. In months. Example: 24."
    help(10) = "Share of the capital raised that goes to compute, as compute_share gives it; the published one if left out. A share: 0.4 is 40%. Example: 0.8 or ""80%""."
    help(11) = "Capital that the start-up can raise; a well-funded one's if left out. In USD. Example: 50e6 or ""$50M""."
    help(12) = "Day of the prices and of the software, in month 1; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(13) = "All other spending of the first month: staff, offices, data. With it the need is worked out month by month. In USD. Example: 1e6 or ""$1M""."
    help(14) = "Months that the capital is to last, in which the project is paid for evenly. In months. Example: 18."
    help(15) = "Later rounds of capital, each with its month or date; none if left out. Example: ""$20M at month 7; $100M at 2028-03""."
    help(16) = "Paying users in the first month; none if left out. In users. Example: 10000."
    help(17) = "What a user pays. In USD per user and month. Example: 20 or ""$20""."
    help(18) = "Tokens that a user sends and gets. In tokens per user and month. Example: ""2M""."
    help(19) = "What a million of these tokens costs to serve, as infer_cost or api_cost gives it. In USD per million tokens. Example: 0.5."
    help(20) = "Growth of the users each month, may be negative; 0 if left out. A share: 0.4 is 40%. Example: 0.1 or ""10%""."
    Application.MacroOptions Macro:="RAISE_NEEDED", Description:="Capital to raise for training a model, and whether that is within reach of a well-funded start-up.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function UNIT_MARGIN(price, users, use, Optional model, Optional input_tokens, Optional output_tokens, Optional cached_tokens, Optional token_cost, Optional free_users, Optional free_use, Optional other_cost, Optional fixed_cost, Optional fee_share, Optional as_of) As Variant
    UNIT_MARGIN = Answered("UNIT_MARGIN", Array(price, users, use, model, input_tokens, output_tokens, cached_tokens, token_cost, free_users, free_use, other_cost, fixed_cost, fee_share, as_of))
End Function
Private Sub Help_UNIT_MARGIN()
    Dim help(1 To 14) As String
    help(1) = "What a paying user pays, before tax. In USD per user and month. Example: 20 or ""$20""."
    help(2) = "Paying users. In users. Example: 10000."
    help(3) = "Requests of a paying user. In requests per user and month. Example: 300."
    help(4) = "A model that a hosted API offers; or give token_cost. Example: ""gpt-4o""."
    help(5) = "Tokens that a request sends. In tokens. Example: 1000."
    help(6) = "Tokens that a request gets back. In tokens. Example: 500."
    help(7) = "Of the tokens sent, those read from the cache. In tokens. Example: 8000 or ""80%""."
    help(8) = "What a million of these tokens costs to serve, as infer_cost or api_cost gives it. In USD per million tokens. Example: 0.5."
    help(9) = "Users without a subscription, for each paying one; none if left out. In users. Example: 9."
    help(10) = "Requests of a free user; as many as of a paying one if left out. In requests per user and month. Example: 20."
    help(11) = "All other cost of a paying user: support, storage; none if left out. In USD per user and month. Example: 1."
    help(12) = "What is paid each month however many users there are: staff, rent; none if left out. In USD per month. Example: 100000."
    help(13) = "Share of the price that payment and app stores keep. A share: 0.4 is 40%. Example: 0.03 or ""3%""."
    help(14) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    Application.MacroOptions Macro:="UNIT_MARGIN", Description:="Gross margin of a product by subscription: what is left of the price when tokens, free users and fees are paid.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function DISTILL_COST(teacher, params, Optional prompts, Optional prompt_tokens, Optional response_tokens, Optional gpu, Optional method, Optional epochs, Optional gpus, Optional price_per_gpu_hour, Optional teacher_on, Optional samples_per_prompt, Optional kept_share, Optional precision, Optional rank, Optional seq_len, Optional stack, Optional as_of, Optional service, Optional provider) As Variant
    DISTILL_COST = Answered("DISTILL_COST", Array(teacher, params, prompts, prompt_tokens, response_tokens, gpu, method, epochs, gpus, price_per_gpu_hour, teacher_on, samples_per_prompt, kept_share, precision, rank, seq_len, stack, as_of, service, provider))
End Function
Private Sub Help_DISTILL_COST()
    Dim help(1 To 20) As String
    help(1) = "The model that answers: one that a hosted API offers or an open one. Example: ""DeepSeek-R1""."
    help(2) = "A model's name (""GPT-3""), its parameter count (""175B"") or its figures (""27B; layers 64; kv_heads 4; head_dim 256""). In parameters. Example: ""175B"" or ""GPT-3""."
    help(3) = "Prompts that the teacher answers. In prompts. Example: 100000."
    help(4) = "Tokens of a prompt. In tokens. Example: 200."
    help(5) = "Tokens of an answer of the teacher, its reasoning too. In tokens. Example: 2000."
    help(6) = "Accelerator, such as ""H100"" or ""TPU v4"", or its figures (""48 GB; 960 GB/s; 91 TFLOP/s bf16""). Example: ""A100""."
    help(7) = "What is trained: all weights, adapters, or adapters on a 4-bit base. One of full, lora, qlora. Example: ""lora""."
    help(8) = "How many times the data is read; 1 if left out. In times. Example: 3."
    help(9) = "Number of accelerators. In GPUs. Example: 1024."
    help(10) = "Price of one accelerator for one hour, or a price of your own by its name. In USD per GPU-hour. Example: 2.5 or ""$2.50""."
    help(11) = "Where the teacher runs: api (hosted) or own (rented accelerators); api if a price of it is known. One of api, own. Example: ""own""."
    help(12) = "Answers of the teacher to one prompt; 1 if left out. In answers. Example: 4."
    help(13) = "Share of the answers that pass a filter and are trained on; all if left out. A share: 0.4 is 40%. Example: 0.5."
    help(14) = "Number format of the matrix multiplications; of QLoRA also one that its base is only stored in, such as NF4. Example: ""bf16""."
    help(15) = "Rank of the adapters. Example: 16."
    help(16) = "Tokens of the longest row in training. In tokens. Example: 4096."
    help(17) = "Software: tuned (Megatron, NeMo, MaxText, torchtune) or hugging-face (Trainer, TRL). One of tuned, hugging-face. Example: ""hugging-face""."
    help(18) = "Day of the prices; the catalogue's own date if left out. Example: ""2026-11-22""."
    help(19) = "How fast the host answers; standard if left out. One of standard, batch, flex, priority, fast. Example: ""batch""."
    help(20) = "The host whose price counts; its maker's if left out, else the median of all hosts. Example: ""Azure""."
    Application.MacroOptions Macro:="DISTILL_COST", Description:="Cost of distilling a teacher model into a student, in US dollars: the teacher's answers and the student's training on them.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function DATA_LIMIT(tokens, Optional synthetic_tokens) As Variant
    DATA_LIMIT = Answered("DATA_LIMIT", Array(tokens, synthetic_tokens))
End Function
Private Sub Help_DATA_LIMIT()
    Dim help(1 To 2) As String
    help(1) = "Tokens of the training set. In tokens. Example: 15e12 or ""15T""."
    help(2) = "Tokens of generated text that add to the stock; none if left out. In tokens. Example: ""100T""."
    Application.MacroOptions Macro:="DATA_LIMIT", Description:="Share of the usable public text that a training set takes, and whether ten or a hundred times as much exists.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function FUTURE_COST(cost, years, Optional improvement_per_year) As Variant
    FUTURE_COST = Answered("FUTURE_COST", Array(cost, years, improvement_per_year))
End Function
Private Sub Help_FUTURE_COST()
    Dim help(1 To 3) As String
    help(1) = "What the work costs today. In USD. Example: 1e6 or ""$1M""."
    help(2) = "Years from today, may be fractional. In years. Example: 2.5."
    help(3) = "How many times as much computing a dollar buys each year; below 1 prices rise; the published trend if left out. Example: 1.4 (a dollar buys 40% more each year)."
    Application.MacroOptions Macro:="FUTURE_COST", Description:="What the same computing work will cost some years from now, with a range that may exceed today's cost.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function IN_CURRENCY(amount, exchange_rate, currency_code, Optional low, Optional high) As Variant
    IN_CURRENCY = Answered("IN_CURRENCY", Array(amount, exchange_rate, currency_code, low, high))
End Function
Private Sub Help_IN_CURRENCY()
    Dim help(1 To 5) As String
    help(1) = "The amount, from any estimate. In USD. Example: 1e6 or ""$1M""."
    help(2) = "Units of the other currency that one US dollar buys; look it up yourself. In per USD. Example: 0.92."
    help(3) = "Three letters of the currency by ISO 4217. Example: ""EUR""."
    help(4) = "Low end of the amount's range; the amount if left out. In USD. Example: 8e5."
    help(5) = "High end of the amount's range; the amount if left out. In USD. Example: 1.5e6."
    Application.MacroOptions Macro:="IN_CURRENCY", Description:="An amount of US dollars, with its range, in another currency at an exchange rate that you give.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function COST_TABLE(name, Optional a1, Optional a2, Optional a3, Optional a4, Optional a5, Optional a6, Optional a7, Optional a8, Optional a9, Optional a10, Optional a11, Optional a12, Optional a13, Optional a14, Optional a15, Optional a16, Optional a17, Optional a18, Optional a19, Optional a20, Optional a21, Optional a22) As Variant
    COST_TABLE = Answered("COST_TABLE", Array(name, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22))
End Function
Private Sub Help_COST_TABLE()
    Dim help(1 To 23) As String
    help(1) = "The name of an estimate. Example: ""TRAIN_COST""."
    help(2) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(3) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(4) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(5) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(6) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(7) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(8) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(9) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(10) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(11) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(12) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(13) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(14) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(15) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(16) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(17) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(18) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(19) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(20) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(21) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(22) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    help(23) = "The estimate's own argument in its own order: one value, or several (a range, or ""A100, H100"") that span the grid."
    Application.MacroOptions Macro:="COST_TABLE", Description:="Any estimate over a grid of inputs, one row for each combination, with value, low, high and unit.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub

Public Function COST_BRIDGE(name, before, Optional after) As Variant
    COST_BRIDGE = Answered("COST_BRIDGE", Array(name, before, after))
End Function
Private Sub Help_COST_BRIDGE()
    Dim help(1 To 3) As String
    help(1) = "The name of an estimate. Example: ""TRAIN_COST""."
    help(2) = "The first case: the estimate's inputs as name=value with semicolons between, or the JSON of a saved result. Example: ""params=GPT-3; gpu=A100; as_of=2024-12-31""."
    help(3) = "The second case, in the same form; if left out, the inputs of the first with today's data. Example: ""params=GPT-3; gpu=H100""."
    Application.MacroOptions Macro:="COST_BRIDGE", Description:="Why a figure moved between two days, two versions or two sets of inputs: the change, split by input.", Category:="Compute Cost", ArgumentDescriptions:=help
End Sub
