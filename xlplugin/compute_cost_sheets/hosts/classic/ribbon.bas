Option Explicit

' New prices and another version are seen after this: Python starts again, and everything is calculated.
Public Sub CostRefresh(Optional control As IRibbonControl)
    ForgetAnswers
    KillPy
    Application.CalculateFull
End Sub

Public Sub CostWhy(Optional control As IRibbonControl)
    MsgBox WordsFor(ActiveCell), vbInformation, "Compute Cost"
End Sub

' The steps, inputs and sources behind the call in the active cell, on a sheet of their own.
Public Sub CostExplain(Optional control As IRibbonControl)
    Dim formula As String
    Dim bracket As Long
    Dim rows As Variant
    Dim sheet As Worksheet
    formula = ActiveCell.Formula
    bracket = InStr(formula, "(")
    If Left$(formula, 1) <> "=" Or bracket < 3 Then
        MsgBox "Choose a cell whose formula is one call of a Compute Cost function.", vbInformation, "Compute Cost"
        Exit Sub
    End If
    rows = ActiveSheet.Evaluate("EXPLAIN(""" & Mid$(formula, 2, bracket - 2) & """," & Mid$(formula, bracket + 1))
    If Not IsArray(rows) Then
        MsgBox WordsFor(ActiveCell), vbInformation, "Compute Cost"
        Exit Sub
    End If
    Set sheet = ActiveWorkbook.Worksheets.Add(After:=ActiveSheet)
    sheet.Range("A1").Resize(UBound(rows, 1), UBound(rows, 2)).Value = rows
    sheet.Rows(1).Font.Bold = True
    sheet.Columns("A:F").AutoFit
End Sub

' Inputs with their labels and the call that uses them, where nothing stands yet.
Public Sub CostInsert(Optional control As IRibbonControl)
    Dim block As Range
    Set block = ActiveCell.Resize(5, 2)
    If Application.WorksheetFunction.CountA(block) > 0 Then
        MsgBox "Choose a cell with five empty rows and two empty columns.", vbInformation, "Compute Cost"
        Exit Sub
    End If
    block.Cells(1, 1).Value = "Model"
    block.Cells(1, 2).Value = "GPT-3"
    block.Cells(2, 1).Value = "Training tokens (blank: the model's own)"
    block.Cells(3, 1).Value = "Accelerator"
    block.Cells(3, 2).Value = "A100"
    block.Cells(4, 1).Value = "USD per accelerator-hour (blank: the market's)"
    block.Cells(5, 1).Value = "Training cost, USD"
    block.Cells(5, 2).Formula = "=TRAIN_COST(" & block.Cells(1, 2).Address(0, 0) & "," & block.Cells(2, 2).Address(0, 0) & "," & _
        block.Cells(3, 2).Address(0, 0) & "," & block.Cells(4, 2).Address(0, 0) & ")"
End Sub
