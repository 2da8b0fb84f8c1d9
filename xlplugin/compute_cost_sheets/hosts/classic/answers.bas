Option Explicit
Option Private Module ' none of these is a function of the spreadsheet

Private Const PYTHON_MODULE As String = "{module}"
Private Const MARK As String = "#COST! "
Private Const VALUE_ERROR As Long = 2015
Private Const MOST_KEPT As Long = 20000

Private mistakes As New Collection ' what was wrong with the call of a cell, by its address
Private kept As New Collection ' answers of this session, by their calls

' The answer to one call. A mistake is a real error value, which every total over it shows too.
Public Function Answered(called As String, given As Variant) As Variant
    Dim answer As Variant
    Dim key As String
    On Error GoTo failed
    key = CallKey(called, given)
    If Not Recalled(key, answer) Then
        UsedParts given
        answer = XLPy.CallUDF(PYTHON_MODULE, called, given, ThisWorkbook, Application.Caller)
        Keep key, answer
    End If
    Answered = Shown(answer)
    Exit Function
failed:
    Answered = Shown(MARK & Err.Description)
End Function

' What came from Python as Excel shows it, each text of a mistake as an error value.
Private Function Shown(ByVal answer As Variant) As Variant
    Dim down As Long
    Dim across As Long
    If Not IsArray(answer) Then
        Shown = CellShown(answer, 0, 0)
        Exit Function
    End If
    If Dimensions(answer) = 1 Then
        For across = LBound(answer) To UBound(answer)
            answer(across) = CellShown(answer(across), 0, across - LBound(answer))
        Next across
    Else
        For down = LBound(answer, 1) To UBound(answer, 1)
            For across = LBound(answer, 2) To UBound(answer, 2)
                answer(down, across) = CellShown(answer(down, across), down - LBound(answer, 1), across - LBound(answer, 2))
            Next across
        Next down
    End If
    Shown = answer
End Function

Private Function CellShown(value As Variant, down As Long, across As Long) As Variant
    Dim says As String
    If VarType(value) = vbString Then
        If Left$(value, Len(MARK)) = MARK Then says = Mid$(value, Len(MARK) + 1)
    End If
    Remember CallerAddress(down, across), says
    If says = "" Then
        CellShown = value
    Else
        CellShown = CVErr(VALUE_ERROR)
    End If
End Function

Private Function Dimensions(values As Variant) As Long
    Dim last As Long
    Dimensions = 1
    On Error GoTo no_more
    last = UBound(values, 2)
    Dimensions = 2
no_more:
End Function

Private Function CallerAddress(down As Long, across As Long) As String
    On Error GoTo no_cell
    CallerAddress = Application.Caller.Cells(1, 1).Offset(down, across).Address(External:=True)
no_cell:
End Function

Private Sub Remember(address As String, says As String)
    If address = "" Then Exit Sub
    On Error Resume Next
    mistakes.Remove address
    If says <> "" Then mistakes.Add says, address
End Sub

' Why a cell shows an error, in words.
Public Function WordsFor(cell As Variant) As String
    WordsFor = "no Compute Cost function has failed in that cell since Excel was started: point at the call itself, or press Ctrl+Alt+F9"
    On Error GoTo none
    WordsFor = mistakes.Item(cell.Cells(1, 1).Address(External:=True))
none:
End Function

Public Function IsErrorCell(given As Variant) As Boolean
    If IsObject(given) Then IsErrorCell = IsError(given.Cells(1, 1).Value)
End Function

' Of whole columns and rows only the part that is used goes to Python.
Private Sub UsedParts(given As Variant)
    Dim place As Long
    Dim part As Object
    For place = LBound(given) To UBound(given)
        If IsObject(given(place)) Then
            If given(place).Rows.Count = given(place).Worksheet.Rows.Count Or given(place).Columns.Count = given(place).Worksheet.Columns.Count Then
                Set part = Application.Intersect(given(place), given(place).Worksheet.UsedRange)
                If part Is Nothing Then
                    Set given(place) = given(place).Cells(1, 1)
                Else
                    Set given(place) = given(place).Worksheet.Range(given(place).Cells(1, 1), part.Cells(part.Rows.Count, part.Columns.Count))
                End If
            End If
        End If
    Next place
End Sub

' A call of single cells as a text that no other call has; "" for any other.
Private Function CallKey(called As String, given As Variant) As String
    Dim place As Long
    Dim held As Variant
    Dim key As String
    On Error GoTo no_key
    key = called
    For place = LBound(given) To UBound(given)
        If IsObject(given(place)) Then
            If given(place).Count > 1 Then Exit Function
            held = given(place).Value
        Else
            held = given(place)
        End If
        If IsArray(held) Then Exit Function
        key = key & vbNullChar & VarType(held) & ":" & CStr(held)
    Next place
    CallKey = key
no_key:
End Function

Private Function Recalled(key As String, answer As Variant) As Boolean
    If key = "" Then Exit Function
    On Error GoTo not_kept
    answer = kept.Item(key)
    Recalled = True
not_kept:
End Function

Private Sub Keep(key As String, answer As Variant)
    If key = "" Or IsArray(answer) Then Exit Sub
    If kept.Count >= MOST_KEPT Then Set kept = New Collection
    On Error Resume Next
    kept.Add answer, key
End Sub

Public Sub ForgetAnswers()
    Set kept = New Collection
End Sub
